import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** A loopback port that is free now: `preferred` when it is, else one the system chooses. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined) {
    const port = await tryPort(preferred);
    if (port !== undefined) return port;
  }
  const port = await tryPort(0);
  if (port === undefined) throw new Error("the system has no free port");
  return port;
}

/** A free port that stays the same over restarts where it can: it is remembered in `file`. */
export async function keptPort(file: string): Promise<number> {
  const kept = Number(await readFile(file, "utf8").catch(() => ""));
  const port = await freePort(Number.isInteger(kept) && kept > 0 && kept < 65_536 ? kept : undefined);
  if (port !== kept) await writeFile(file, String(port));
  return port;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const { port: bound } = server.address() as AddressInfo;
      server.close(() => resolve(bound));
    });
  });
}
