import { z } from "zod";
import {
  DURATION_MS_SQL,
  filterSql,
  readableSpans,
  STATUS_SQL,
  searchWindows,
  summariesWhere,
  type TimeWindow,
  TOTAL_TOKENS_SQL,
  windowParams,
} from "#features/traces/server/index.ts";
import type { TraceFilter } from "#features/traces/trace-contract.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";

/** What traces are added up by. */
export type ActivityKey = "session_id" | "user_id";

/** Where a page ends: the newest trace's start in nanoseconds and the key of its last row. */
export const activityCursorSchema = z.object({
  last_ns: z.string().regex(/^\d{1,18}$|^[1-8]\d{18}$/),
  key: z.string().max(4000),
});
export type ActivityCursor = z.infer<typeof activityCursorSchema>;

/** What the traces of one key add up to. */
export interface ActivityRow {
  key: string;
  first: string;
  last: string;
  last_ns: string;
  /** From the first trace's start to the end of the last. */
  duration_ms: number;
  busy_ms: number;
  trace_count: number;
  span_count: number;
  error_count: number;
  failed_trace_count: number;
  session_count: number;
  total_tokens: number;
  cost_usd: number | null;
  agents: string[];
  models: string[];
  users: string[];
  environment: string;
  first_trace_id: string;
}

const TOTALS = `min(t_start) AS first,
    max(t_start) AS last,
    toString(toUnixTimestamp64Nano(max(t_start))) AS last_ns,
    dateDiff('nanosecond', min(t_start), max(t_end)) / 1e6 AS duration_ms,
    sum(${DURATION_MS_SQL}) AS busy_ms,
    count() AS trace_count,
    sum(t_span_count) AS span_count,
    sum(t_error_count) AS error_count,
    countIf(${STATUS_SQL} = 2) AS failed_trace_count,
    uniqExactIf(t_session_id, t_session_id != '') AS session_count,
    sum(${TOTAL_TOKENS_SQL}) AS total_tokens,
    sum(t_cost_usd) AS cost_usd,
    arraySort(groupUniqArrayArray(16)(t_agents)) AS agents,
    arraySort(groupUniqArrayArray(16)(t_models)) AS models,
    arraySort(groupUniqArrayIf(16)(t_user_id, t_user_id != '')) AS users,
    argMax(t_environment, t_start) AS environment,
    lower(hex(argMin(trace_key, t_start))) AS first_trace_id`;

interface ListOptions {
  key: ActivityKey;
  filter: TraceFilter;
  /** Part of the key, upper or lower case. */
  search: string | undefined;
  range: TimeWindow;
  limit: number;
  after: ActivityCursor | undefined;
  signal: AbortSignal;
}

/**
 * Keys by their newest trace. Looks for them window after window, newest first, and adds up the range only for
 * those it found, so that the newest sessions of a year cost about as much as those of a day. What is found in
 * an older window but was active since has been listed with a newer window.
 */
export async function listActivity(
  store: TelemetryStore,
  projectId: string,
  options: ListOptions,
): Promise<ActivityRow[]> {
  const { range, after, limit } = options;
  const toMs = after ? Math.min(range.toMs, Number(BigInt(after.last_ns) / 1_000_000n) + 1) : range.toMs;
  const windows = searchWindows(range.fromMs, toMs);
  // The newest trace of a key is what orders the list, so a page may only leave out keys, never traces.
  if (windows.length === 1) return readTotals(store, projectId, options, null);
  const rows: ActivityRow[] = [];
  /** Keys found and not added up yet, with the start of the trace they were found by. */
  let found = new Map<string, string>();
  const seen: string[] = [];
  const addUp = async () => {
    const totals = await readTotals(store, projectId, options, [...found.keys()]);
    rows.push(...totals.filter((row) => found.get(row.key) === row.last_ns));
    found = new Map();
  };
  for (const [at, window] of windows.entries()) {
    for (let more = true; more; ) {
      const wanted = limit - rows.length - found.size;
      const next = await findKeys(store, projectId, options, { window, limit: wanted, seen });
      for (const one of next) found.set(one.key, one.last_ns);
      seen.push(...next.map((one) => one.key));
      more = next.length === wanted;
      // One query adds up what several windows found.
      if (found.size > 0 && (more || at === windows.length - 1)) await addUp();
      if (rows.length >= limit) return rows;
    }
  }
  return rows;
}

/** Where a page that ends with this row ends. */
export const activityCursorOf = (row: ActivityRow): ActivityCursor => ({
  last_ns: row.last_ns,
  key: row.key,
});

const AFTER = "(toUnixTimestamp64Nano(max(t_start)), key) < ({after_ns:Int64}, {after_key:String})";

const afterParams = (after: ActivityCursor | undefined) =>
  after ? { after_ns: after.last_ns, after_key: after.key } : {};

const STARTS_WITHIN = [
  "t_start >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')",
  "t_start < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')",
];

function conditionsOf(options: ListOptions): { where: string[]; spans: string; params: object } {
  const sql = filterSql(options.filter);
  const key = `t_${options.key}`;
  return {
    where: [
      ...STARTS_WITHIN,
      `${key} != ''`,
      ...(options.search ? [`positionCaseInsensitiveUTF8(${key}, {search:String}) > 0`] : []),
      ...sql.summary,
    ],
    spans: readableSpans(sql),
    params: { ...sql.params, ...(options.search ? { search: options.search } : {}) },
  };
}

/** Keys, other than those seen, whose newest trace of a window comes after the cursor, with that trace's start. */
function findKeys(
  store: TelemetryStore,
  projectId: string,
  options: ListOptions,
  part: { window: TimeWindow; limit: number; seen: readonly string[] },
): Promise<ActivityCursor[]> {
  const { where, spans, params } = conditionsOf(options);
  const { after, signal } = options;
  const { window, limit, seen } = part;
  const key = `t_${options.key}`;
  const unseen = seen.length > 0 ? [`${key} NOT IN {seen:Array(String)}`] : [];
  return store.queryProject<ActivityCursor>(
    projectId,
    `SELECT ${key} AS key, toString(toUnixTimestamp64Nano(max(t_start))) AS last_ns
     FROM ${summariesWhere(spans)}
     WHERE ${[...where, ...unseen].join("\n       AND ")}
     GROUP BY key
     ${after ? `HAVING ${AFTER}` : ""}
     ORDER BY max(t_start) DESC, key DESC
     LIMIT {limit:UInt32}`,
    {
      ...params,
      ...windowParams(window),
      ...afterParams(after),
      ...(seen.length > 0 ? { seen } : {}),
      limit,
    },
    { signal },
  );
}

/** Sums over the whole range: of these keys, or with null of the next page. */
function readTotals(
  store: TelemetryStore,
  projectId: string,
  options: ListOptions,
  keys: readonly string[] | null,
): Promise<ActivityRow[]> {
  const { where, spans, params } = conditionsOf(options);
  const { key, range, limit, after, signal } = options;
  const ofKeys = `trace_id IN (SELECT trace_id FROM spans WHERE project_id = {project_id:UUID}
        AND toStartOfFiveMinutes(start_time) BETWEEN toDateTime({from_day:Date}, 'UTC') AND toDateTime({to_day:Date} + 1, 'UTC')
        AND ${key} IN {keys:Array(String)})`;
  return store.queryProject<ActivityRow>(
    projectId,
    `SELECT t_${key} AS key, ${TOTALS}
     FROM ${summariesWhere(keys ? `${spans}\n      AND ${ofKeys}` : spans)}
     WHERE ${[...where, ...(keys ? [`t_${key} IN {keys:Array(String)}`] : [])].join("\n       AND ")}
     GROUP BY key
     ${!keys && after ? `HAVING ${AFTER}` : ""}
     ORDER BY max(t_start) DESC, key DESC
     LIMIT {limit:UInt32}`,
    {
      ...params,
      ...windowParams(range),
      ...(keys ? { keys } : afterParams(after)),
      limit: keys ? keys.length : limit,
    },
    { signal },
  );
}
