import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { TraceFilter } from "../trace-contract.ts";
import { type FilterSql, filterSql } from "./trace-filters.ts";
import { SUMMARY_SELECT, summariesWhere, type TraceSummaryRow } from "./trace-summary-row.ts";
import { daysToRead, searchWindows, type TimeWindow } from "./trace-windows.ts";

/** Where a page ends: the start in nanoseconds and the id of its last trace. */
export const traceCursorSchema = z.object({
  start_ns: z.string().regex(/^\d{1,18}$|^[1-8]\d{18}$/),
  id: z.string().regex(/^[0-9a-f]{32}$/),
});
export type TraceCursor = z.infer<typeof traceCursorSchema>;

/** Traces by start, newest first. Reads window after window, until `limit` rows are found or the range ends. */
export async function listTraces(
  store: TelemetryStore,
  projectId: string,
  options: {
    filter: TraceFilter;
    range: TimeWindow;
    limit: number;
    after: TraceCursor | undefined;
    signal: AbortSignal;
  },
): Promise<TraceSummaryRow[]> {
  const { range, after, limit, signal } = options;
  const sql = filterSql(options.filter);
  const rows: TraceSummaryRow[] = [];
  // A trace that starts in the same millisecond as the cursor may still be on the next page.
  const toMs = after ? Math.min(range.toMs, Number(BigInt(after.start_ns) / 1_000_000n) + 1) : range.toMs;
  for (const window of searchWindows(range.fromMs, toMs)) {
    let from = after;
    for (let more = true; more && rows.length < limit; ) {
      const wanted = limit - rows.length;
      const page = { sql, window, limit: wanted, after: from, signal };
      const found = await listWindow(store, projectId, page);
      rows.push(...(await withoutEarlierBegun(store, projectId, found, signal)));
      more = found.length === wanted;
      from = found.length > 0 ? cursorOf(found.at(-1)!) : from;
    }
    if (rows.length >= limit) break;
  }
  return rows;
}

/** Where a page that ends with this row ends. */
export function cursorOf(row: TraceSummaryRow): TraceCursor {
  return { start_ns: row.start_ns, id: row.trace_id };
}

/**
 * Leaves out traces that began before the days a window reads: such a trace shows here without its root,
 * and is listed where it began. Only rows without a root are looked up, and most pages have none.
 */
async function withoutEarlierBegun(
  store: TelemetryStore,
  projectId: string,
  rows: TraceSummaryRow[],
  signal: AbortSignal,
): Promise<TraceSummaryRow[]> {
  const rootless = rows.filter((row) => row.root_count === 0).map((row) => row.trace_id);
  if (rootless.length === 0) return rows;
  const begun = await store.queryProject<{ id: string; start_ns: string }>(
    projectId,
    `SELECT lower(hex(trace_id)) AS id, toString(toUnixTimestamp64Nano(min(start_time))) AS start_ns
     FROM spans
     WHERE project_id = {project_id:UUID}
       AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({ids:Array(String)})), 16))
     GROUP BY trace_id`,
    { ids: rootless },
    { signal, settings: { optimize_use_projections: 0 } },
  );
  const startOf = new Map(begun.map((row) => [row.id, row.start_ns]));
  return rows.filter((row) => row.root_count > 0 || startOf.get(row.trace_id) === row.start_ns);
}

function listWindow(
  store: TelemetryStore,
  projectId: string,
  options: {
    sql: FilterSql;
    window: TimeWindow;
    limit: number;
    after: TraceCursor | undefined;
    signal: AbortSignal;
  },
): Promise<TraceSummaryRow[]> {
  const { sql, window, after } = options;
  const conditions = [
    "t_start >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')",
    "t_start < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')",
    ...(after
      ? ["(toUnixTimestamp64Nano(t_start), hex(trace_key)) < ({after_ns:Int64}, {after_id:String})"]
      : []),
    ...sql.summary,
  ];
  return store.queryProject<TraceSummaryRow>(
    projectId,
    `SELECT ${SUMMARY_SELECT}
     FROM ${summariesWhere(readableSpans(sql))}
     WHERE ${conditions.join("\n       AND ")}
     ORDER BY t_start DESC, trace_key DESC
     LIMIT {limit:UInt32}`,
    {
      ...sql.params,
      ...windowParams(window),
      limit: options.limit,
      ...(after ? { after_ns: after.start_ns, after_id: after.id.toUpperCase() } : {}),
    },
    { signal: options.signal },
  );
}

/** The spans a window's summaries are made of: all of its days, of traces where the span filters hold. */
export function readableSpans(sql: FilterSql): string {
  const days = "toDate(start_time) BETWEEN {from_day:Date} AND {to_day:Date}";
  const matching = sql.span.map(
    (condition) => `trace_id IN (SELECT trace_id FROM spans WHERE project_id = {project_id:UUID}
        AND toStartOfFiveMinutes(start_time) BETWEEN toDateTime({from_day:Date}, 'UTC') AND toDateTime({to_day:Date} + 1, 'UTC')
        AND ${condition})`,
  );
  return ["project_id = {project_id:UUID}", days, ...matching].join("\n      AND ");
}

/** Parameters of `readableSpans` and of a window's bounds. */
export function windowParams(window: TimeWindow): Record<string, unknown> {
  const { fromDay, toDay } = daysToRead(window);
  return {
    from_ms: Math.floor(window.fromMs),
    to_ms: Math.ceil(window.toMs),
    from_day: fromDay,
    to_day: toDay,
  };
}
