/** What one check of `flightdeck doctor` found. A warning or failure always names a remedy. */
export type Finding =
  | { name: string; status: "ok"; detail: string }
  | { name: string; status: "warning" | "failed"; detail: string; remedy: string };

/** One thing to check. It must not throw for what it is there to find. */
export interface DoctorCheck {
  name: string;
  run(): Promise<Finding> | Finding;
}

/** Runs checks one after another; a check that throws has failed, with the error as its detail. */
export async function runChecks(checks: readonly DoctorCheck[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    try {
      findings.push(await check.run());
    } catch (error) {
      findings.push({
        name: check.name,
        status: "failed",
        detail: (error as Error).message,
        remedy:
          "Follow the message; if it is not clear, report it with the output of flightdeck doctor --json.",
      });
    }
  }
  return findings;
}

/** Exit code of a run: 0 all fine, 1 something failed, 2 warnings only. */
export function exitCodeOf(findings: readonly Finding[]): number {
  if (findings.some((finding) => finding.status === "failed")) return 1;
  return findings.some((finding) => finding.status === "warning") ? 2 : 0;
}
