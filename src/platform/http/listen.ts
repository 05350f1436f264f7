import { createServer } from "node:net";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

/**
 * Connections that may wait to be accepted; the system may allow fewer (`net.core.somaxconn`). After a restart all agents
 * and browsers come at once, and whoever finds no place tries again only after a second, then three, then seven.
 */
export const BACKLOG = 4096;

/** Throws `port_taken` or `port_not_allowed` when nothing could listen there; `variable` is what to set instead. */
export async function assertPortFree(host: string, port: number, variable: string): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(port, host, resolve);
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new FlightdeckError(
        `Port ${port} on ${host} is taken by another program. Stop it, or set ${variable} to a free port.`,
        { code: "port_taken", cause },
      );
    }
    throw new FlightdeckError(
      `Flightdeck cannot listen on ${host}:${port} (${code}). Set FLIGHTDECK_HOST and ${variable} to an address of this machine it may use.`,
      { code: "port_not_allowed", cause },
    );
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}
