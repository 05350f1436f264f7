import { setTimeout as sleep } from "node:timers/promises";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

const POLL_MS = 200;

interface MutationRow {
  mutation_id: string;
  parts_to_do: number;
  is_done: number;
  failure: string;
}

/**
 * Removes rows physically: every part that holds one is rewritten without it, projections and indexes included,
 * and parts that hold none stay as they are. Returns when it is done; a repeat after an interruption does what is
 * left. `where` is trusted SQL: values are bound through tables, never spliced in.
 */
export async function deleteRows(
  store: TelemetryStore,
  table: string,
  where: string,
  options: { signal: AbortSignal; onProgress?: (share: number) => Promise<void> },
): Promise<void> {
  await store.command(`ALTER TABLE ${table} DELETE WHERE ${where}`);
  let most = 0;
  for (;;) {
    const [row] = await pendingMutations(store, table);
    if (!row) return;
    if (row.failure !== "") {
      await store.command(
        `KILL MUTATION WHERE database = currentDatabase() AND table = '${table}' AND is_done = 0`,
      );
      throw new FlightdeckError(`Rows of ${table} could not be removed: ${row.failure}`, {
        code: "deletion_failed",
        status: 500,
      });
    }
    most = Math.max(most, row.parts_to_do);
    await options.onProgress?.(most === 0 ? 0 : 1 - row.parts_to_do / most);
    await sleep(POLL_MS, undefined, { signal: options.signal });
  }
}

/** The oldest mutation of a table that is not done: mutations of one table are done in order. */
function pendingMutations(store: TelemetryStore, table: string): Promise<MutationRow[]> {
  return store.queryAll<MutationRow>(
    `SELECT mutation_id, parts_to_do, is_done, latest_fail_reason AS failure
     FROM system.mutations
     WHERE database = currentDatabase() AND table = {table:String} AND is_done = 0 AND is_killed = 0
     ORDER BY create_time LIMIT 1`,
    { table },
  );
}
