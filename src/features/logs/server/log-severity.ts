import { SEVERITIES, type Severity } from "../logs-contract.ts";

/** OpenTelemetry has four numbers for each severity: 1–4 trace to 21–24 fatal, and 0 for none. */
export function severityOf(number: number): Severity {
  return SEVERITIES[Math.ceil(number / 4)] ?? "unspecified";
}

/** The numbers of a severity, both inclusive. */
export function severityRange(severity: Severity): { from: number; to: number } {
  const index = SEVERITIES.indexOf(severity);
  return index === 0 ? { from: 0, to: 0 } : { from: index * 4 - 3, to: index * 4 };
}

/** Index into `SEVERITIES` as SQL over `logs`. */
export const SEVERITY_INDEX_SQL = "intDiv(severity_number + 3, 4)";
