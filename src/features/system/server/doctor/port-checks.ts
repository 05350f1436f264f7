import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { assertPortFree } from "#platform/http/listen.ts";
import type { DoctorCheck, Finding } from "./check.ts";

/** Whether a Flightdeck answers at an address, and what it says of itself. */
export async function askRunningFlightdeck(
  url: string,
): Promise<{ status: string; version: string } | undefined> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(3000) });
    const health = (await response.json()) as { status?: unknown; version?: unknown; dependencies?: unknown };
    if (typeof health.status !== "string" || health.dependencies === undefined) return undefined;
    return { status: health.status, version: String(health.version) };
  } catch {
    return undefined;
  }
}

/** Whether the ports to listen on are free; `running` says that the program there is a Flightdeck. */
export function portChecks(
  ports: readonly { port: number; variable: string }[],
  host: string,
  running: boolean,
): DoctorCheck[] {
  return ports
    .filter(({ port }) => port !== 0)
    .map(({ port, variable }) => ({
      name: `port ${port}`,
      run: async (): Promise<Finding> => {
        const name = `port ${port}`;
        if (running) return { name, status: "ok", detail: "Flightdeck is listening" };
        try {
          await assertPortFree(host, port, variable);
          return { name, status: "ok", detail: `free on ${host}` };
        } catch (error) {
          if (!(error instanceof FlightdeckError)) throw error;
          return { name, status: "failed", detail: error.message, remedy: `Set ${variable} to a free port.` };
        }
      },
    }));
}
