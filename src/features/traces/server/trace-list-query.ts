import { z } from "zod";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { TraceFilter } from "../trace-contract.ts";
import { Bindings } from "./bindings.ts";
import { type MessageSearch, messageCondition, planMessageSearch } from "./message-search.ts";
import { type FilterSql, filterSql } from "./trace-filters.ts";
import { SUMMARY_SELECT, summariesWhere, type TraceSummaryRow } from "./trace-summary-row.ts";
import { daysToRead, type ListWindow, nextListWindow, type TimeWindow } from "./trace-windows.ts";

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
  const words = options.filter.message;
  const search =
    words === undefined ? undefined : await planMessageSearch(store, projectId, { words, range, signal });
  const rows: TraceSummaryRow[] = [];
  // A trace that starts in the same millisecond as the cursor may still be on the next page.
  const toMs = after ? Math.min(range.toMs, Number(BigInt(after.start_ns) / 1_000_000n) + 1) : range.toMs;
  const searched = { fromMs: range.fromMs, toMs };
  for (let edgeMs = toMs; rows.length < limit; ) {
    const window = nextListWindow(searched, edgeMs, { found: rows.length, wanted: limit });
    if (!window) break;
    edgeMs = window.fromMs;
    let from = after;
    for (let more = true; more && rows.length < limit; ) {
      const wanted = limit - rows.length;
      const page = { sql, search, window, limit: wanted, after: from, signal };
      const found = await listWindow(store, projectId, page);
      rows.push(...(await withoutEarlierBegun(store, projectId, found, signal)));
      more = found.length === wanted;
      from = found.length > 0 ? cursorOf(found.at(-1)!) : from;
    }
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
    search: MessageSearch | undefined;
    window: ListWindow;
    limit: number;
    after: TraceCursor | undefined;
    signal: AbortSignal;
  },
): Promise<TraceSummaryRow[]> {
  const { window, after } = options;
  const bindings = new Bindings("search_");
  const found = options.search && messageCondition(options.search, window, bindings);
  const sql: FilterSql = found ? { ...options.sql, span: [...options.sql.span, found] } : options.sql;
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
     FROM ${summariesWhere(window.narrow ? nearSpans(sql) : readableSpans(sql))}
     WHERE ${conditions.join("\n       AND ")}
     ORDER BY t_start DESC, trace_key DESC
     LIMIT {limit:UInt32}`,
    {
      ...sql.params,
      ...bindings.params,
      ...windowParams(window),
      limit: options.limit,
      ...(after ? { after_ns: after.start_ns, after_id: after.id.toUpperCase() } : {}),
    },
    { signal: options.signal, ...(window.narrow ? { settings: { optimize_use_projections: 0 } } : {}) },
  );
}

/**
 * The spans a narrow window's summaries are made of: those of traces that have a span in the window, from an hour
 * before it (to recognise traces that began there) to a day after it (to see those that go on to their end).
 */
function nearSpans(sql: FilterSql): string {
  const bucket = "toStartOfFiveMinutes(start_time)";
  const after = `${bucket} <= fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC') + INTERVAL 1 DAY`;
  const wide = `${bucket} >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') - INTERVAL 1 HOUR AND ${after}`;
  const begun = `SELECT trace_id FROM spans WHERE project_id = {project_id:UUID}
        AND ${bucket} >= toStartOfFiveMinutes(fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC'))
        AND ${bucket} <= fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')`;
  const matching = sql.span.map(
    (condition) =>
      `trace_id IN (SELECT trace_id FROM spans WHERE project_id = {project_id:UUID} AND ${wide} AND ${condition})`,
  );
  return ["project_id = {project_id:UUID}", wide, `trace_id IN (${begun})`, ...matching].join("\n      AND ");
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
