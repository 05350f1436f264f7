import type { QueryParams, TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { ExecutionListQuery } from "../execution-contract.ts";
import type { TraceRun } from "./execution-row.ts";
import { runWindows, type TimeWindow } from "./execution-windows.ts";
import { readTraceFigures, type TraceFigures } from "./trace-figures-query.ts";

/** Where a page ends: start in microseconds and id of its last run. */
export interface RunCursor {
  us: string;
  id: string;
}

export type RunFilter = Omit<ExecutionListQuery, "project" | "limit" | "cursor" | "from" | "to">;

const RUN_OPERATIONS = "('invoke_agent', 'invoke_workflow')";
const US = "toUnixTimestamp64Micro(toDateTime64(start_time, 6, 'UTC'))";

/** Of each trace the span of an agent that starts first; of several that start together the longest. */
const OUTERMOST = `SELECT trace_id AS trace_key, min(${US}) AS us,
       argMin((agent, name, duration_ns, status, error_type, status_message, agent_version),
         (start_time, -toInt64(duration_ns))) AS run,
       max(session_id) AS session, max(user_id) AS user, max(environment) AS env
     FROM spans`;

const RUN_SELECT = `SELECT lower(hex(trace_key)) AS id, toString(us) AS start_us,
       toString(us + intDiv(run.3, 1000)) AS end_us, run.1 AS agent, run.2 AS name, run.4 = 2 AS failed,
       run.5 AS error_type, run.6 AS error_message, run.7 AS version,
       session AS session_id, user AS user_id, env AS environment`;

const IN_WINDOW = `project_id = {project_id:UUID}
       AND toStartOfFiveMinutes(start_time) BETWEEN toStartOfFiveMinutes(fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC'))
         AND toStartOfFiveMinutes(fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC'))
       AND start_time >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
       AND start_time < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')`;

/** Spans of whole traces whose run starts in the window: some begin before it, most end soon after. */
const AROUND_WINDOW = `project_id = {project_id:UUID}
       AND toStartOfFiveMinutes(start_time) BETWEEN
         toStartOfFiveMinutes(fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC') - INTERVAL 1 HOUR)
         AND toStartOfFiveMinutes(fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC') + INTERVAL 1 HOUR)`;

/** A run from a trace, with what its trace adds up to. */
export interface FoundRun {
  run: TraceRun;
  figures: TraceFigures | undefined;
}

/**
 * Runs that traces tell of, newest first, window after window. `keep` drops those that are listed otherwise; the
 * search goes on until `limit` are found or the range ends.
 */
export async function listTraceRuns(
  store: TelemetryStore,
  projectId: string,
  options: {
    filter: RunFilter;
    range: TimeWindow;
    limit: number;
    after: RunCursor | undefined;
    keep: (runs: TraceRun[]) => Promise<TraceRun[]>;
    signal: AbortSignal;
  },
): Promise<FoundRun[]> {
  const { range, after, limit, signal } = options;
  const sql = filterSql(options.filter);
  const found: FoundRun[] = [];
  // A run that starts in the same millisecond as the cursor may still be on the next page.
  const toMs = after ? Math.min(range.toMs, Number(BigInt(after.us) / 1000n) + 1) : range.toMs;
  if (toMs <= range.fromMs) return [];
  for (const window of runWindows(range.fromMs, toMs)) {
    let from = after;
    for (let more = true; more && found.length < limit; ) {
      const wanted = limit - found.length;
      const runs = await listWindow(store, projectId, { sql, window, limit: wanted, after: from, signal });
      more = runs.length === wanted;
      const last = runs.at(-1);
      if (last) from = { us: last.start_us, id: last.id };
      const kept = await options.keep(runs);
      const figures = await readTraceFigures(store, projectId, kept.map(spanOfRun), signal);
      for (const run of kept) {
        const of = figures.get(run.id);
        // A run that began before this window is listed where it began.
        if (of && BigInt(of.first_run_us) > 0n && BigInt(of.first_run_us) < BigInt(run.start_us)) continue;
        found.push({ run, figures: of });
      }
    }
    if (found.length >= limit) break;
  }
  return found;
}

const spanOfRun = (run: TraceRun) => ({
  id: run.id,
  fromMs: Number(BigInt(run.start_us) / 1000n),
  toMs: Number(BigInt(run.end_us) / 1000n),
});

/** The run of one trace, whenever it was. */
export async function findTraceRun(
  store: TelemetryStore,
  projectId: string,
  traceId: string,
  signal: AbortSignal,
): Promise<FoundRun | undefined> {
  const [run] = await store.queryProject<TraceRun>(
    projectId,
    `${RUN_SELECT} FROM (${OUTERMOST}
     WHERE project_id = {project_id:UUID} AND trace_id = toFixedString(unhex({trace_id:String}), 16)
       AND operation IN ${RUN_OPERATIONS}
     GROUP BY trace_id)`,
    { trace_id: traceId },
    { signal, settings: { optimize_use_projections: 0 } },
  );
  if (!run) return undefined;
  const figures = await readTraceFigures(store, projectId, [spanOfRun(run)], signal);
  return { run, figures: figures.get(run.id) };
}

function listWindow(
  store: TelemetryStore,
  projectId: string,
  options: {
    sql: FilterSql;
    window: TimeWindow;
    limit: number;
    after: RunCursor | undefined;
    signal: AbortSignal;
  },
): Promise<TraceRun[]> {
  const { sql, window, after } = options;
  const conditions = [
    ...(after ? ["(us, lower(hex(trace_key))) < ({after_us:Int64}, {after_id:String})"] : []),
    ...sql.run,
  ];
  return store.queryProject<TraceRun>(
    projectId,
    `${RUN_SELECT}
     FROM (${OUTERMOST}
       WHERE ${[IN_WINDOW, `operation IN ${RUN_OPERATIONS}`, ...sql.trace].join("\n       AND ")}
       GROUP BY trace_id) AS runs
     ${conditions.length > 0 ? `WHERE ${conditions.join("\n       AND ")}` : ""}
     ORDER BY us DESC, id DESC
     LIMIT {limit:UInt32}`,
    {
      ...sql.params,
      from_ms: Math.floor(window.fromMs),
      to_ms: Math.ceil(window.toMs),
      limit: options.limit,
      ...(after ? { after_us: after.us, after_id: after.id } : {}),
    },
    { signal: options.signal, settings: { optimize_use_projections: 0 } },
  );
}

/** Conditions over `OUTERMOST`'s columns, and over the spans of the trace. */
interface FilterSql {
  run: string[];
  trace: string[];
  params: QueryParams;
}

/** Translates a filter; values are bound, never spliced into the SQL. */
function filterSql(filter: RunFilter): FilterSql {
  const sql: FilterSql = { run: [], trace: [], params: {} };
  const add = (where: "run" | "trace", condition: string, name?: string, value?: unknown) => {
    sql[where].push(condition);
    if (name !== undefined) sql.params[name] = value;
  };
  const ofTraces = (condition: string) =>
    `trace_id IN (SELECT trace_id FROM spans WHERE ${AROUND_WINDOW} AND ${condition})`;
  if (filter.agent !== undefined)
    add("run", "run.1 IN {agents:Array(String)}", "agents", [filter.agent].flat());
  if (filter.version !== undefined) {
    add("run", "run.7 IN {versions:Array(String)}", "versions", [filter.version].flat());
  }
  if (filter.environment !== undefined) {
    add("run", "env IN {environments:Array(String)}", "environments", [filter.environment].flat());
  }
  if (filter.status !== undefined) {
    const statuses = [filter.status].flat();
    const failed = statuses.includes("failed");
    const succeeded = statuses.includes("succeeded");
    if (!failed && !succeeded) add("run", "0");
    else if (failed !== succeeded) add("run", failed ? "run.4 = 2" : "run.4 != 2");
  }
  if (filter.session_id)
    add("trace", ofTraces("session_id = {session:String}"), "session", filter.session_id);
  if (filter.user_id) add("trace", ofTraces("user_id = {user:String}"), "user", filter.user_id);
  if (filter.min_duration_ms !== undefined) {
    add("run", "run.3 / 1e6 >= {min_duration:Float64}", "min_duration", filter.min_duration_ms);
  }
  if (filter.max_duration_ms !== undefined) {
    add("run", "run.3 / 1e6 <= {max_duration:Float64}", "max_duration", filter.max_duration_ms);
  }
  if (filter.min_cost_usd !== undefined) {
    add(
      "trace",
      ofTraces("cost_usd > 0 GROUP BY trace_id HAVING sum(cost_usd) >= {min_cost:Float64}"),
      "min_cost",
      filter.min_cost_usd,
    );
  }
  if (filter.has_errors === "true") add("trace", ofTraces("status = 2"));
  if (filter.has_errors === "false")
    add("trace", ofTraces("status = 2").replace("trace_id IN", "trace_id NOT IN"));
  const text = filter.q?.trim();
  if (text) {
    add(
      "run",
      `(positionCaseInsensitiveUTF8(run.2, {text:String}) > 0 OR positionCaseInsensitiveUTF8(run.1, {text:String}) > 0
         OR lower(hex(trace_key)) = lower({text:String}))`,
      "text",
      text,
    );
  }
  return sql;
}
