import { spansOfAgents } from "#features/traces/server/index.ts";

/** Dimensions of the rollups: columns of `spans` with few values; a span that names no agent has its trace's. */
export const ROLLUP_DIMENSIONS = [
  "agent",
  "agent_version",
  "model",
  "provider",
  "operation",
  "tool",
  "environment",
  "service",
  "error_type",
  "status",
  "is_root",
] as const;

/** Columns that are added up, each as SQL over `spans`. */
const ROLLUP_SUMS = {
  spans: "count()",
  priced_spans: "countIf(isNotNull(cost_usd))",
  cost_usd: "sum(ifNull(cost_usd, 0))",
  tokens_input_uncached: "sum(tokens_input_uncached)",
  tokens_cache_read: "sum(tokens_cache_read)",
  tokens_cache_write: "sum(tokens_cache_write)",
  tokens_cache_write_long: "sum(tokens_cache_write_long)",
  tokens_output: "sum(tokens_output)",
  tokens_reasoning: "sum(tokens_reasoning)",
  tokens_input_audio: "sum(tokens_input_audio)",
  tokens_output_audio: "sum(tokens_output_audio)",
  duration_ms: "sum(duration_ns / 1e6)",
} as const;

/** Aggregate states, each as SQL over `spans`, with the function that merges it. */
const ROLLUP_STATES = {
  durations: {
    state: "quantilesTDigestState(0.5)(toFloat32(duration_ns / 1e6))",
    merge: "quantilesTDigestMergeState(0.5)",
  },
  first_tokens: {
    state: "quantilesTDigestStateIf(0.5)(time_to_first_token_ms, time_to_first_token_ms > 0)",
    merge: "quantilesTDigestMergeState(0.5)",
  },
  users: {
    state: "uniqCombined64StateIf(14)(user_id, user_id != '')",
    merge: "uniqCombined64MergeState(14)",
  },
  sessions: {
    state: "uniqCombined64StateIf(14)(session_id, session_id != '')",
    merge: "uniqCombined64MergeState(14)",
  },
} as const;

/** Columns of a rollup row after its project, time and generation. */
const ROLLUP_COLUMNS = [
  ...ROLLUP_DIMENSIONS,
  ...Object.keys(ROLLUP_SUMS),
  ...Object.keys(ROLLUP_STATES),
].join(", ");
const DIMENSION_LIST = ROLLUP_DIMENSIONS.join(", ");

/** The alias of a sum would hide the column inside its own aggregate, so each has one that no column has. */
const select = (expressions: readonly (readonly [string, string])[]) =>
  expressions.map(([name, expression]) => `${expression} AS r_${name}`).join(",\n      ");

/**
 * Sums up the spans of some hours: bind `from` and `to` (epoch seconds), `hours` (epoch seconds) and
 * `generation`; of spans received before `received_from_ms` nothing is taken.
 */
export const SETTLE_HOURS_SQL = `INSERT INTO span_hours (project_id, hour, generation, ${ROLLUP_COLUMNS})
    SELECT {project_id:UUID}, toStartOfHour(start_time) AS r_hour, {generation:UInt64}, ${DIMENSION_LIST},
      ${select([...Object.entries(ROLLUP_SUMS), ...Object.entries(ROLLUP_STATES).map(([name, { state }]) => [name, state] as const)])}
    FROM ${spansOfAgents(
      `toStartOfFiveMinutes(spans.start_time) >= toDateTime({from:UInt32}, 'UTC')
        AND toStartOfFiveMinutes(spans.start_time) < toDateTime({to:UInt32}, 'UTC')`,
      { from: "toDateTime({from:UInt32}, 'UTC')", to: "toDateTime({to:UInt32}, 'UTC')" },
    )}
    WHERE toUnixTimestamp(toStartOfHour(start_time)) IN {hours:Array(UInt32)}
      AND received_at >= fromUnixTimestamp64Milli({received_from_ms:Int64}, 'UTC')
    GROUP BY r_hour, ${DIMENSION_LIST}`;

/** Makes a day of the hours that count: bind `day` (epoch seconds), `hours` as `(hour, generation)` and `generation`. */
export const SETTLE_DAY_SQL = `INSERT INTO span_days (project_id, hour, generation, ${ROLLUP_COLUMNS})
    SELECT {project_id:UUID}, toDateTime({day:UInt32}, 'UTC'), {generation:UInt64}, ${DIMENSION_LIST},
      ${select([...Object.keys(ROLLUP_SUMS).map((name) => [name, `sum(${name})`] as const), ...Object.entries(ROLLUP_STATES).map(([name, { merge }]) => [name, `${merge}(${name})`] as const)])}
    FROM span_hours
    WHERE project_id = {project_id:UUID}
      AND hour >= toDateTime({day:UInt32}, 'UTC') AND hour < toDateTime({day:UInt32} + 86400, 'UTC')
      AND (toUnixTimestamp(hour), generation) IN {hours:Array(Tuple(UInt32, UInt64))}
    GROUP BY ${DIMENSION_LIST}`;
