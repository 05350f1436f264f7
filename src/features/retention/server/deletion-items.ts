import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Deletion } from "../retention-contract.ts";

/** A deletion, as far as the telemetry store is concerned. */
export interface DeletionScope {
  id: string;
  projectId: string;
  kind: Deletion["kind"];
  target: string;
}

/** Writes down what a deletion is about: its traces, and the session's or user's own name. Repeating it only adds. */
export async function collectItems(store: TelemetryStore, scope: DeletionScope): Promise<void> {
  if (scope.kind === "project_data") return;
  if (scope.kind === "trace") {
    await store.command(
      `INSERT INTO deletion_items (deletion_id, kind, value)
       VALUES ({deletion:UUID}, 'trace', unhex({target:String}))`,
      { deletion: scope.id, target: scope.target },
    );
    return;
  }
  const column = scope.kind === "session" ? "session_id" : "user_id";
  await store.command(
    `INSERT INTO deletion_items (deletion_id, kind, value)
     SELECT {deletion:UUID}, 'trace', toString(trace_id)
     FROM (SELECT DISTINCT trace_id FROM spans
           WHERE project_id = {project:UUID} AND ${column} = {target:String})`,
    { deletion: scope.id, project: scope.projectId, target: scope.target },
  );
  await store.command(
    "INSERT INTO deletion_items (deletion_id, kind, value) SELECT {deletion:UUID}, {kind:String}, {target:String}",
    { deletion: scope.id, kind: scope.kind, target: scope.target },
  );
}

/**
 * Writes down the pieces of content that the doomed spans refer to, while these are still there. Only spans that
 * arrived before the content epoch was raised count: the pieces of later ones may be about to be used again.
 */
export async function collectPieces(
  store: TelemetryStore,
  scope: DeletionScope,
  raisedAtMs: number,
): Promise<void> {
  const doomed =
    scope.kind === "project_data"
      ? "1"
      : `trace_id IN (SELECT toFixedString(value, 16) FROM deletion_items
           WHERE deletion_id = {deletion:UUID} AND kind = 'trace')`;
  await store.command(
    `INSERT INTO deletion_items (deletion_id, kind, value)
     SELECT {deletion:UUID}, 'piece', toString(piece)
     FROM (SELECT DISTINCT arrayJoin(content_hashes) AS piece FROM spans
           WHERE project_id = {project:UUID} AND ${doomed}
             AND received_at < fromUnixTimestamp64Milli({raised_at:Int64}, 'UTC'))`,
    { deletion: scope.id, project: scope.projectId, raised_at: raisedAtMs },
  );
}

/** Writes down which of the pieces other spans still refer to. Call it when the doomed spans are gone. */
export async function collectKeptPieces(store: TelemetryStore, scope: DeletionScope): Promise<void> {
  await store.command(
    `INSERT INTO deletion_items (deletion_id, kind, value)
     SELECT {deletion:UUID}, 'kept_piece', toString(piece)
     FROM (SELECT DISTINCT arrayJoin(content_hashes) AS piece FROM spans WHERE project_id = {project:UUID})
     WHERE piece IN (SELECT toFixedString(value, 16) FROM deletion_items
                     WHERE deletion_id = {deletion:UUID} AND kind = 'piece')`,
    { deletion: scope.id, project: scope.projectId },
  );
}

/** First and last start of the spans that go, in milliseconds; undefined when there are none. */
export async function affectedRange(
  store: TelemetryStore,
  scope: DeletionScope,
): Promise<{ fromMs: number; toMs: number } | undefined> {
  const [row] = await store.queryProject<{ spans: number; from_ms: number; to_ms: number }>(
    scope.projectId,
    `SELECT count() AS spans,
       toUnixTimestamp64Milli(toDateTime64(min(start_time), 3)) AS from_ms,
       toUnixTimestamp64Milli(toDateTime64(max(start_time), 3)) AS to_ms
     FROM spans
     WHERE project_id = {project_id:UUID}
       AND ({everything:Bool} OR trace_id IN (SELECT toFixedString(value, 16) FROM deletion_items
         WHERE deletion_id = {deletion:UUID} AND kind = 'trace'))`,
    { deletion: scope.id, everything: scope.kind === "project_data" },
    { settings: { optimize_use_projections: 0 }, maxSeconds: 600 },
  );
  return row && row.spans > 0 ? { fromMs: row.from_ms, toMs: row.to_ms } : undefined;
}

const TRACES_PER_SHARE = 10_000;

/** The traces of a deletion as hex, share by share. */
export async function* doomedTraces(store: TelemetryStore, scope: DeletionScope): AsyncGenerator<string[]> {
  for (let after = ""; ; ) {
    const rows = await store.queryAll<{ id: string }>(
      `SELECT DISTINCT lower(hex(value)) AS id FROM deletion_items
       WHERE deletion_id = {deletion:UUID} AND kind = 'trace' AND value > unhex({after:String})
       ORDER BY value LIMIT ${TRACES_PER_SHARE}`,
      { deletion: scope.id, after },
    );
    if (rows.length === 0) return;
    yield rows.map((row) => row.id);
    after = rows.at(-1)!.id;
  }
}

/** How many rows a condition meets. */
export async function countRows(store: TelemetryStore, table: string, where: string): Promise<number> {
  const [row] = await store.queryAll<{ rows: number }>(`SELECT count() AS rows FROM ${table} WHERE ${where}`);
  return row?.rows ?? 0;
}

/** Removes what was written down, names of people among it. */
export async function forgetItems(store: TelemetryStore, deletionId: string): Promise<void> {
  await store.command(
    `ALTER TABLE deletion_items DELETE WHERE deletion_id = '${deletionId}' SETTINGS mutations_sync = 1`,
  );
}
