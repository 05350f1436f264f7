import type { Measure } from "../analytics-contract.ts";

/** What a measure is made of, per source: rows of a rollup, or the spans themselves grouped. */
interface Component {
  /** Over one row of `span_hours` or `span_days`. */
  rollup: string;
  /** An aggregate over spans. */
  spans: string;
}

const LLM = "operation IN ('chat', 'generate_content', 'text_completion')";
/** One run of an agent: a trace's root span that belongs to an agent. */
const EXECUTION = "is_root = 1 AND (agent != '' OR operation IN ('invoke_agent', 'invoke_workflow'))";

const counted = (condition: string): Component => ({
  rollup: `if(${condition}, spans, 0)`,
  spans: `countIf(${condition})`,
});
const added = (column: string): Component => ({ rollup: column, spans: `sum(${column})` });

const COMPONENTS = {
  spans: { rollup: "spans", spans: "count()" },
  traces: counted("is_root = 1"),
  executions: counted(EXECUTION),
  llm_calls: counted(LLM),
  tool_calls: counted("operation = 'execute_tool'"),
  errors: counted("status = 2"),
  priced: { rollup: "priced_spans", spans: "countIf(isNotNull(cost_usd))" },
  cost: { rollup: "cost_usd", spans: "sum(ifNull(cost_usd, 0))" },
  input_uncached: added("tokens_input_uncached"),
  cache_read: added("tokens_cache_read"),
  cache_write: {
    rollup: "tokens_cache_write + tokens_cache_write_long",
    spans: "sum(tokens_cache_write + tokens_cache_write_long)",
  },
  output: added("tokens_output"),
  reasoning: added("tokens_reasoning"),
  input_audio: added("tokens_input_audio"),
  output_audio: added("tokens_output_audio"),
  duration: { rollup: "duration_ms", spans: "sum(duration_ns / 1e6)" },
  durations: { rollup: "durations", spans: "quantilesTDigestState(0.5)(toFloat32(duration_ns / 1e6))" },
  first_tokens: {
    rollup: "first_tokens",
    spans: "quantilesTDigestStateIf(0.5)(time_to_first_token_ms, time_to_first_token_ms > 0)",
  },
  users: { rollup: "users", spans: "uniqCombined64StateIf(14)(user_id, user_id != '')" },
  sessions: { rollup: "sessions", spans: "uniqCombined64StateIf(14)(session_id, session_id != '')" },
} as const satisfies Record<string, Component>;
type ComponentName = keyof typeof COMPONENTS;

const TOKENS: ComponentName[] = [
  "input_uncached",
  "cache_read",
  "cache_write",
  "output",
  "reasoning",
  "input_audio",
  "output_audio",
];
const sum = (name: ComponentName) => `sum(c_${name})`;
const plain = (name: ComponentName) => ({ of: [name], sql: sum(name) });
/** Percentiles that are measured; all are read from one merge, which ClickHouse does once however many are asked for. */
const LEVELS = [50, 90, 95, 99] as const;
type Level = (typeof LEVELS)[number];
const LEVEL_LIST = LEVELS.map((level) => level / 100).join(", ");
const quantile = (of: "durations" | "first_tokens", level: Level) => ({
  of: [of],
  sql: `quantilesTDigestMerge(${LEVEL_LIST})(c_${of})[${LEVELS.indexOf(level) + 1}]`,
});

/** Each measure: the components it is made of, and its SQL over them. Empty quotients are NaN, which JSON shows as null. */
const MEASURE_SQL: Record<Measure, { of: readonly ComponentName[]; sql: string }> = {
  span_count: plain("spans"),
  trace_count: plain("traces"),
  executions: plain("executions"),
  llm_calls: plain("llm_calls"),
  tool_calls: plain("tool_calls"),
  errors: plain("errors"),
  error_rate: { of: ["errors", "spans"], sql: "sum(c_errors) / sum(c_spans)" },
  cost_usd: { of: ["cost", "priced"], sql: "if(sum(c_priced) > 0, sum(c_cost), NULL)" },
  tokens_total: { of: TOKENS, sql: TOKENS.map(sum).join(" + ") },
  tokens_input_uncached: plain("input_uncached"),
  tokens_cache_read: plain("cache_read"),
  tokens_cache_write: plain("cache_write"),
  tokens_output: plain("output"),
  tokens_reasoning: plain("reasoning"),
  tokens_input_audio: plain("input_audio"),
  tokens_output_audio: plain("output_audio"),
  duration_avg_ms: { of: ["duration", "spans"], sql: "sum(c_duration) / sum(c_spans)" },
  duration_p50_ms: quantile("durations", 50),
  duration_p90_ms: quantile("durations", 90),
  duration_p95_ms: quantile("durations", 95),
  duration_p99_ms: quantile("durations", 99),
  time_to_first_token_p50_ms: quantile("first_tokens", 50),
  time_to_first_token_p90_ms: quantile("first_tokens", 90),
  time_to_first_token_p95_ms: quantile("first_tokens", 95),
  time_to_first_token_p99_ms: quantile("first_tokens", 99),
  users: { of: ["users"], sql: "uniqCombined64Merge(14)(c_users)" },
  sessions: { of: ["sessions"], sql: "uniqCombined64Merge(14)(c_sessions)" },
};

/** The same of whole runs: over root spans alone, told apart by `c_root`. */
const OF_RUNS: Partial<Record<Measure, { of: readonly ComponentName[]; sql: string }>> = {
  error_rate: {
    of: ["errors", "spans"],
    sql: "sumIf(c_errors, c_root = 1) / sumIf(c_spans, c_root = 1)",
  },
  ...Object.fromEntries(
    LEVELS.map((level, i) => [
      `duration_p${level}_ms`,
      { of: ["durations"], sql: `quantilesTDigestMergeIf(${LEVEL_LIST})(c_durations, c_root = 1)[${i + 1}]` },
    ]),
  ),
};

/** The SQL that some measures need: columns of the two kinds of sources, and the measures over both. */
export interface MeasureSelect {
  rollup: string[];
  spans: string[];
  /** `<measure SQL> AS m_<measure>`. */
  outer: string[];
  /** Whether both kinds of sources are to tell root spans from others, in a column `c_root`. */
  byRoot: boolean;
}

/** The SQL of these measures; `ofRuns`: error rate and percentiles of durations are those of root spans. */
export function measureSelect(measures: readonly Measure[], ofRuns = false): MeasureSelect {
  const byRoot = ofRuns && measures.some((measure) => OF_RUNS[measure] !== undefined);
  const sqlOf = (measure: Measure) => (ofRuns ? OF_RUNS[measure] : undefined) ?? MEASURE_SQL[measure];
  const components = [...new Set(measures.flatMap((measure) => sqlOf(measure).of))];
  return {
    byRoot,
    rollup: components.map((name) => `${COMPONENTS[name].rollup} AS c_${name}`),
    spans: components.map((name) => `${COMPONENTS[name].spans} AS c_${name}`),
    outer: [...new Set(measures)].map((measure) => `${sqlOf(measure).sql} AS m_${measure}`),
  };
}

/** The measures of a row read with `MeasureSelect.outer`. Ratios of nothing are null. */
export function measuresOf<M extends Measure>(
  row: Record<string, unknown>,
  measures: readonly M[],
): Record<M, number | null> {
  return Object.fromEntries(
    measures.map((measure) => [measure, (row[`m_${measure}`] as number | null | undefined) ?? null]),
  ) as Record<M, number | null>;
}
