import { z } from "zod";
import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { LogFilter } from "../logs-contract.ts";
import { happenedBetween, logConditions } from "./log-filters.ts";
import { LOG_SELECT, type LogRow } from "./log-row.ts";

/** Where a page ends: the time in nanoseconds and the id of its last record. */
export const logCursorSchema = z.object({
  time_ns: z.string().regex(/^\d{1,18}$|^[1-8]\d{18}$/),
  id: z.string().regex(/^[0-9a-f]{32}$/),
});

/** Records by time, newest first. They are stored in this order, so a page reads little more than itself. */
export function listLogs(
  store: TelemetryStore,
  projectId: string,
  options: {
    filter: LogFilter;
    range: { fromMs: number; toMs: number };
    limit: number;
    after: z.infer<typeof logCursorSchema> | undefined;
    signal: AbortSignal;
  },
): Promise<LogRow[]> {
  const { filter, range, after, limit, signal } = options;
  const bindings = new Bindings();
  const conditions = [
    happenedBetween(range.fromMs, range.toMs, bindings),
    ...logConditions(filter, bindings),
    ...(after ? [before(after, bindings)] : []),
  ];
  return store.queryProject<LogRow>(
    projectId,
    `SELECT ${LOG_SELECT}
     FROM logs
     WHERE project_id = {project_id:UUID} AND ${conditions.join("\n       AND ")}
     ORDER BY logs.time DESC, log_id DESC
     LIMIT ${bindings.bind(limit, "UInt32")}`,
    bindings.params,
    { signal },
  );
}

/** The time alone lets the primary key cut; the pair decides where times are equal. */
function before({ time_ns, id }: z.infer<typeof logCursorSchema>, bindings: Bindings): string {
  const time = `fromUnixTimestamp64Nano(${bindings.bind(time_ns, "Int64")}, 'UTC')`;
  const logId = `toFixedString(unhex(${bindings.bind(id, "String")}), 16)`;
  return `logs.time <= ${time} AND (logs.time, log_id) < (${time}, ${logId})`;
}

/** One record; with its time found by primary key. */
export async function findLog(
  store: TelemetryStore,
  projectId: string,
  id: string,
  range: { fromMs: number; toMs: number } | undefined,
  signal: AbortSignal,
): Promise<LogRow | undefined> {
  const bindings = new Bindings();
  const rows = await store.queryProject<LogRow>(
    projectId,
    `SELECT ${LOG_SELECT}
     FROM logs
     WHERE project_id = {project_id:UUID}
       AND log_id = toFixedString(unhex(${bindings.bind(id, "String")}), 16)
       ${range ? `AND ${happenedBetween(range.fromMs, range.toMs, bindings)}` : ""}
     LIMIT 1`,
    bindings.params,
    { signal },
  );
  return rows[0];
}
