import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { LOG_COLUMNS } from "./log-columns.ts";

const COLUMN_NAMES = LOG_COLUMNS.map((column) => column.name);

/** Writes rows made by `LogBatch`, durable when it returns. */
export function insertLogs(store: TelemetryStore, chunks: readonly Buffer[], token: string): Promise<void> {
  return store.insertRowBinary("logs", COLUMN_NAMES, chunks, token);
}

/** Which of these records the store holds, as ids in hex. Found by primary key: an equal record has an equal time. */
export async function findStoredLogs(
  store: TelemetryStore,
  projectId: string,
  logs: readonly { id: string; timeNs: bigint }[],
): Promise<Set<string>> {
  const rows = await store.queryProject<{ id: string }>(
    projectId,
    `SELECT DISTINCT lower(hex(log_id)) AS id
     FROM logs
     WHERE project_id = {project_id:UUID}
       AND time IN (SELECT fromUnixTimestamp64Nano(arrayJoin({times:Array(Int64)}), 'UTC'))
       AND log_id IN (SELECT toFixedString(unhex(arrayJoin({ids:Array(String)})), 16))`,
    { times: [...new Set(logs.map((log) => log.timeNs))], ids: logs.map((log) => log.id) },
  );
  return new Set(rows.map((row) => row.id));
}

/** Every record that claims to be later than `sinceMs`, over all projects. */
export function findLogsAfter(
  store: TelemetryStore,
  sinceMs: number,
): Promise<{ id: string; end_ms: number }[]> {
  return store.queryAll(
    `SELECT lower(hex(log_id)) AS id, toUnixTimestamp64Milli(greatest(time, observed_time)) AS end_ms
     FROM logs
     WHERE greatest(time, observed_time) > fromUnixTimestamp64Milli({since:Int64}, 'UTC')
       AND received_at > fromUnixTimestamp64Milli({since:Int64}, 'UTC') - INTERVAL 2 DAY
     LIMIT 1000000`,
    { since: sinceMs },
  );
}

/** Whether the store holds no record at all. */
export async function isLogStoreEmpty(store: TelemetryStore): Promise<boolean> {
  return (await store.queryAll("SELECT 1 AS one FROM logs LIMIT 1")).length === 0;
}
