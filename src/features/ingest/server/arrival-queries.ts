import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";

/** When a project's first and newest spans were, and how many started in the last 24 hours. */
export async function readArrival(
  store: TelemetryStore,
  projectId: string,
): Promise<{ first_span_at: string | null; last_span_at: string | null; spans_last_24h: number }> {
  const [bounds, recent] = await Promise.all([
    // Grouped as the projection is, so that only its rows are read: one per trace and day.
    store.queryProject<{ first: string; last: string; spans: number }>(
      projectId,
      `SELECT min(start_time) AS first, max(addNanoseconds(start_time, duration_ns)) AS last, count() AS spans
       FROM spans WHERE project_id = {project_id:UUID}`,
    ),
    store.queryProject<{ spans: number }>(
      projectId,
      `SELECT count() AS spans FROM spans
       WHERE project_id = {project_id:UUID}
         AND toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(now('UTC') - INTERVAL 1 DAY)
         AND start_time >= now64(9, 'UTC') - INTERVAL 1 DAY`,
    ),
  ]);
  const row = bounds[0];
  if (!row || row.spans === 0) return { first_span_at: null, last_span_at: null, spans_last_24h: 0 };
  return { first_span_at: row.first, last_span_at: row.last, spans_last_24h: recent[0]?.spans ?? 0 };
}
