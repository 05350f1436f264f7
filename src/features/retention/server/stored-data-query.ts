import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Signal, SignalTable } from "./signals.ts";

/** What a project has stored of a signal. */
export interface StoredData {
  rows: number;
  bytes: number;
  /** Milliseconds since 1970; undefined when nothing is stored. */
  oldestMs: number | undefined;
  rowsLastWeek: number;
}

/** What a project has stored of a signal. Rows are those of its first table, bytes those of all of them. */
export async function readStoredData(
  store: TelemetryStore,
  projectId: string,
  signal: Signal,
  tables: ReadonlyMap<string, TableSize>,
  abort: AbortSignal,
): Promise<StoredData> {
  const shares = await Promise.all(
    signal.tables
      .filter(({ name }) => tables.has(name))
      .map(async (table) => ({ table, own: await countOwn(store, projectId, table, abort) })),
  );
  const first = shares[0]?.own;
  const bytes = shares.reduce((sum, { table, own }) => {
    const size = tables.get(table.name)!;
    return sum + (size.rows > 0 ? (size.bytes * own.rows) / size.rows : 0);
  }, 0);
  return {
    rows: first?.rows ?? 0,
    bytes: Math.round(bytes),
    oldestMs: first && first.rows > 0 ? first.oldest_s * 1000 : undefined,
    rowsLastWeek: first?.last_week ?? 0,
  };
}

export interface TableSize {
  name: string;
  rows: number;
  bytes: number;
}

/** Rows and bytes of every table, over all projects. */
export async function readTableSizes(store: TelemetryStore): Promise<ReadonlyMap<string, TableSize>> {
  const rows = await store.queryAll<TableSize>(
    `SELECT table AS name, sum(rows) AS rows, sum(bytes_on_disk) AS bytes
     FROM system.parts WHERE database = currentDatabase() AND active GROUP BY table
     UNION ALL
     SELECT name, 0 AS rows, 0 AS bytes FROM system.tables
     WHERE database = currentDatabase()
       AND name NOT IN (SELECT table FROM system.parts WHERE database = currentDatabase() AND active)`,
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** Rows of a project in a table that arrived before a time. */
export async function countOlder(
  store: TelemetryStore,
  projectId: string,
  table: SignalTable,
  beforeMs: number,
): Promise<number> {
  const [row] = await store.queryProject<{ rows: number }>(
    projectId,
    `SELECT count() AS rows FROM ${table.name}
     WHERE project_id = {project_id:UUID} AND ${table.arrived} < toDateTime({before_s:UInt32}, 'UTC')`,
    { before_s: Math.max(0, Math.floor(beforeMs / 1000)) },
    { settings: { optimize_use_projections: 0 } },
  );
  return row?.rows ?? 0;
}

interface OwnRow {
  rows: number;
  oldest_s: number;
  last_week: number;
}

async function countOwn(
  store: TelemetryStore,
  projectId: string,
  table: SignalTable,
  signal: AbortSignal,
): Promise<OwnRow> {
  const [row] = await store.queryProject<OwnRow>(
    projectId,
    `SELECT count() AS rows, toUnixTimestamp(toDateTime(min(${table.arrived}))) AS oldest_s,
       countIf(${table.arrived} >= now('UTC') - INTERVAL 7 DAY) AS last_week
     FROM ${table.name} WHERE project_id = {project_id:UUID}`,
    {},
    { signal, settings: { optimize_use_projections: 0 } },
  );
  return row ?? { rows: 0, oldest_s: 0, last_week: 0 };
}
