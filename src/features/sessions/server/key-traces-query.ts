import { SUMMARY_SELECT, summariesWhere, type TraceSummaryRow } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { ActivityKey } from "./activity-query.ts";

/** All traces of a session or an end user at any time, newest first, at most `limit`. */
export async function listKeyTraces(
  store: TelemetryStore,
  projectId: string,
  options: { key: ActivityKey; value: string; limit: number; signal: AbortSignal },
): Promise<TraceSummaryRow[]> {
  const { key, value, limit, signal } = options;
  // The projection does not know single spans; the bloom filters of the id and of the trace find their granules.
  const settings = { optimize_use_projections: 0 };
  const [found] = await store.queryProject<{ from_day: string; to_day: string; ids: string[] }>(
    projectId,
    `SELECT toString(toDate(min(newest)) - 1) AS from_day, toString(toDate(max(newest)) + 1) AS to_day,
       groupArray(lower(hex(trace_id))) AS ids
     FROM (
       SELECT trace_id, max(start_time) AS newest
       FROM spans
       WHERE project_id = {project_id:UUID} AND ${key} = {value:String}
       GROUP BY trace_id
       ORDER BY newest DESC
       LIMIT {limit:UInt32}
     )`,
    { value, limit },
    { signal, settings },
  );
  if (!found || found.ids.length === 0) return [];
  return store.queryProject<TraceSummaryRow>(
    projectId,
    `SELECT ${SUMMARY_SELECT}
     FROM ${summariesWhere(`project_id = {project_id:UUID}
      AND toStartOfFiveMinutes(start_time) BETWEEN toDateTime({from_day:Date}, 'UTC') AND toDateTime({to_day:Date} + 1, 'UTC')
      AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({ids:Array(String)})), 16))`)}
     WHERE t_${key} = {value:String}
     ORDER BY t_start DESC, trace_key DESC`,
    { value, ...found },
    { signal, settings },
  );
}
