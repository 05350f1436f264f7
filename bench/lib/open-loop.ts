import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "#features/ingest/server/otlp/testing/gen-ai-batch.ts";

/**
 * Calls `fire` at random moments of a fixed mean rate (a Poisson process), whether or not earlier calls are done: a
 * server that stalls does not make its callers wait, so the stall shows in every request that was due meanwhile.
 * `fire` is told when the request was due, on the clock of `performance.now()`. Returns for every call how many
 * milliseconds after its moment it was made, which is the fault of the machine that generates.
 */
export async function openLoop(
  options: { perSecond: number; seconds: number; seed: number },
  fire: (dueMs: number) => void,
): Promise<number[]> {
  const random = seededRandom(options.seed);
  const endMs = performance.now() + options.seconds * 1000;
  const lateness: number[] = [];
  let dueMs = performance.now();
  for (;;) {
    for (let nowMs = performance.now(); dueMs <= nowMs; nowMs = performance.now()) {
      lateness.push(nowMs - dueMs);
      fire(dueMs);
      dueMs += (-Math.log(1 - random()) * 1000) / options.perSecond;
      if (dueMs > endMs) return lateness;
    }
    await sleep(1);
  }
}
