import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { EngineLogger } from "./logger.ts";
import { processIdentity } from "./process-identity.ts";

/** Notes a child's pid and identity, so that the next start can tell whether it is still there. */
export async function recordChild(pidFile: string, pid: number): Promise<void> {
  await writeFile(pidFile, JSON.stringify({ pid, identity: await processIdentity(pid) }));
}

/** Kills the child of an earlier run if it is still there, and waits until it is gone. */
export async function endLeftover(pidFile: string, logger: EngineLogger): Promise<void> {
  const text = await readFile(pidFile, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const { pid, identity } = parse(text);
  if (pid !== undefined && identity !== undefined && (await processIdentity(pid)) === identity) {
    logger.warn({ pid }, "a child of an earlier run is still there and is ended");
    process.kill(pid, "SIGKILL");
    await untilGone(pid, identity, 10_000);
  }
  await rm(pidFile, { force: true });
}

/** Waits until the process has ended. Throws `engine_leftover` after `timeoutMs`. */
export async function untilGone(pid: number, identity: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while ((await processIdentity(pid)) === identity) {
    if (Date.now() > deadline) {
      throw new FlightdeckError(`Process ${pid} of an earlier run does not end: end it and start again.`, {
        code: "engine_leftover",
        status: 503,
      });
    }
    await sleep(20);
  }
}

function parse(text: string): { pid?: number; identity?: string } {
  try {
    return JSON.parse(text) as { pid?: number; identity?: string };
  } catch {
    return {};
  }
}
