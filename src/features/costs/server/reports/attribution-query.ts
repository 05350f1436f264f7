import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Attribution, CostSubject } from "../../cost-report-contract.ts";
import { TOKENS_TOTAL } from "../token-sums.ts";

/** What is asked: traces that start in `[fromMs, toMs)`. */
export interface AttributionAsk {
  by: CostSubject;
  fromMs: number;
  toMs: number;
  /** "" for all. */
  environment: string;
}

/** Dollars of a group in a bucket. */
export interface BucketCost {
  bucket_ms: number;
  name: string;
  usd: number;
}

const DAYS = `project_id = {project_id:UUID}
      AND toDate(start_time) >= toDate(fromUnixTimestamp64Milli({from:Int64}, 'UTC'))
      AND toDate(start_time) <= toDate(fromUnixTimestamp64Milli({to:Int64}, 'UTC'))`;

/**
 * One row per trace and day, from the projection `trace_summaries`: only what that holds may be read here. The
 * tokens of audio and of cache writes for an hour are younger than the projection and missing in its sums.
 */
const traces = (name: string) => `SELECT trace_id, min(start_time) AS t_start, ${name} AS named,
      ifNull(sum(cost_usd), 0) AS usd,
      sum(tokens_input_uncached) + sum(tokens_cache_read) + sum(tokens_cache_write) + sum(tokens_output)
        + sum(tokens_reasoning) AS tokens
    FROM spans
    WHERE ${DAYS}
    GROUP BY project_id, toDate(start_time), trace_id
    HAVING t_start >= fromUnixTimestamp64Milli({from:Int64}) AND t_start < fromUnixTimestamp64Milli({to:Int64})
      AND ({environment:String} = '' OR max(environment) = {environment:String})`;

const TRACES_WITH_AGENTS = traces("groupUniqArrayIf(16)(agent, agent != '')");

/** A row has the trace, when it began, the name its cost is put down to, dollars and tokens. */
const ROWS: Record<CostSubject, string> = {
  user: `SELECT trace_id, t_start, named AS name, usd, tokens FROM (${traces("max(user_id)")})`,
  session: `SELECT trace_id, t_start, named AS name, usd, tokens FROM (${traces("max(session_id)")})`,
  // Calls of a trace with one agent are that agent's. With several, spans that name none are the first one's.
  agent: `SELECT trace_id, t_start, if(empty(named), '', named[1]) AS name, usd, tokens
    FROM (${TRACES_WITH_AGENTS}) WHERE length(named) <= 1
    UNION ALL
    SELECT trace_id, min(first.1) OVER (PARTITION BY trace_id) AS t_start,
      if(agent != '', agent, argMinIf(agent, first, agent != '') OVER (PARTITION BY trace_id)) AS name, usd, tokens
    FROM (
      SELECT trace_id, agent, min((start_time, is_root = 0)) AS first,
        ifNull(sum(cost_usd), 0) AS usd, sum(${TOKENS_TOTAL}) AS tokens
      FROM spans
      WHERE ${DAYS} AND trace_id IN (SELECT trace_id FROM (${TRACES_WITH_AGENTS}) WHERE length(named) > 1)
      GROUP BY trace_id, agent
    )`,
  // A trace with several tags counts for each of them.
  tag: `SELECT trace_id, t_start, arrayJoin(if(empty(labels), [''], labels)) AS name, usd, tokens
    FROM (
      SELECT trace_id, min(start_time) AS t_start, groupUniqArrayArray(tags) AS labels,
        ifNull(sum(cost_usd), 0) AS usd, sum(${TOKENS_TOTAL}) AS tokens
      FROM spans
      WHERE ${DAYS}
      GROUP BY trace_id
      HAVING t_start >= fromUnixTimestamp64Milli({from:Int64}) AND t_start < fromUnixTimestamp64Milli({to:Int64})
        AND ({environment:String} = '' OR max(environment) = {environment:String})
    )`,
};

/** Who caused the cost of the traces that start in a range, the dearest first. */
export function readAttribution(
  store: TelemetryStore,
  projectId: string,
  ask: AttributionAsk & { limit: number },
  signal?: AbortSignal,
): Promise<Attribution["data"]> {
  return store.queryProject(
    projectId,
    `SELECT name, sum(row.usd) AS usd, sum(row.tokens) AS tokens, uniqExact(trace_id) AS traces
     FROM (${ROWS[ask.by]}) AS row
     GROUP BY name HAVING usd > 0 OR tokens > 0
     ORDER BY usd DESC, tokens DESC, name
     LIMIT {limit:UInt32}`,
    { ...paramsOf(ask), limit: ask.limit },
    signal ? { signal } : {},
  );
}

/** The same by when the traces started, in buckets of so many milliseconds. */
export function readAttributionSeries(
  store: TelemetryStore,
  projectId: string,
  ask: AttributionAsk & { stepMs: number },
  signal?: AbortSignal,
): Promise<BucketCost[]> {
  return store.queryProject(
    projectId,
    `SELECT intDiv(toUnixTimestamp64Milli(t_start), {step:Int64}) * {step:Int64} AS bucket_ms, name, sum(row.usd) AS usd
     FROM (${ROWS[ask.by]}) AS row
     GROUP BY bucket_ms, name HAVING usd > 0`,
    { ...paramsOf(ask), step: ask.stepMs },
    signal ? { signal } : {},
  );
}

function paramsOf({ fromMs, toMs, environment }: AttributionAsk) {
  return { from: Math.trunc(fromMs), to: Math.trunc(toMs), environment };
}
