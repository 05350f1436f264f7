import { randomUUID } from "node:crypto";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Job } from "#platform/jobs/job-runner.ts";
import { countRows, forgetItems } from "./deletion-items.ts";
import { deleteRows } from "./mutation.ts";

const WEEK_MS = 7 * 86_400_000;
/** Pieces are looked at in this many shares, by the first byte of their hash, to bound the memory of a run. */
const SHARES = 16;

/**
 * `retention.collect_pieces`: removes pieces of content that no span refers to any more, once a week. Only pieces
 * last written before the previous week are looked at: a span that refers to one now has written it again under a
 * younger week, so nothing that is about to be used can go.
 */
export function pieceCollectionJob(parts: {
  store: TelemetryStore;
  projectIds: () => Promise<readonly string[]>;
}): Job {
  return {
    name: "retention.collect_pieces",
    cron: "23 4 * * 0",
    maxSeconds: 3600,
    async run(_data, signal) {
      for (const projectId of await parts.projectIds()) {
        await collectPiecesOf(parts.store, projectId, Date.now(), signal);
      }
    },
  };
}

/** Removes a project's pieces that nothing refers to; returns how many rows went. */
export async function collectPiecesOf(
  store: TelemetryStore,
  projectId: string,
  nowMs: number,
  signal: AbortSignal,
): Promise<number> {
  const run = randomUUID();
  const before = mondayOf(nowMs - WEEK_MS);
  for (let share = 0; share < SHARES; share++) {
    signal.throwIfAborted();
    await store.command(
      `INSERT INTO deletion_items (deletion_id, kind, value)
       SELECT DISTINCT {run:UUID}, 'piece', toString(hash) FROM messages
       WHERE project_id = {project:UUID} AND seen_week < {before:Date}
         AND intDiv(reinterpretAsUInt8(substring(toString(hash), 1, 1)), ${256 / SHARES}) = {share:UInt8}
         AND hash NOT IN (
           SELECT arrayJoin(arrayFilter(
             piece -> intDiv(reinterpretAsUInt8(substring(toString(piece), 1, 1)), ${256 / SHARES}) = {share:UInt8},
             content_hashes))
           FROM spans WHERE project_id = {project:UUID})`,
      { run, project: projectId, before, share },
    );
  }
  const where = `project_id = '${projectId}' AND seen_week < toDate('${before}')
    AND hash IN (SELECT toFixedString(value, 16) FROM deletion_items WHERE deletion_id = '${run}')`;
  const rows = await countRows(store, "messages", where);
  if (rows > 0) await deleteRows(store, "messages", where, { signal });
  await forgetItems(store, run);
  return rows;
}

/** The Monday of a time's week, in UTC, as a date. */
function mondayOf(ms: number): string {
  const date = new Date(ms);
  const days = (date.getUTCDay() + 6) % 7;
  return new Date(ms - days * 86_400_000).toISOString().slice(0, 10);
}
