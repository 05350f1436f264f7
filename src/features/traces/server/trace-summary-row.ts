import type { TraceSummary } from "../trace-contract.ts";
import { SPAN_STATUSES } from "../trace-contract.ts";

/**
 * What a trace's spans add up to, as SQL over `spans`. Each expression is one of the projection
 * `trace_summaries` word for word: only then does ClickHouse answer from the projection instead of the spans.
 */
export const SUMMARY_EXPRESSIONS = {
  start: "min(start_time)",
  end: "max(addNanoseconds(start_time, duration_ns))",
  span_count: "count()",
  error_count: "countIf(status = 2)",
  llm_call_count: "countIf(operation IN ('chat', 'generate_content', 'text_completion'))",
  tool_call_count: "countIf(operation = 'execute_tool')",
  first_name: "argMin(name, start_time)",
  root_name: "argMinIf(name, start_time, is_root = 1)",
  root_span_id: "argMinIf(span_id, start_time, is_root = 1)",
  root_status: "argMinIf(status, start_time, is_root = 1)",
  root_count: "countIf(is_root = 1)",
  service: "argMin(service, start_time)",
  agents: "groupUniqArrayIf(16)(agent, agent != '')",
  models: "groupUniqArrayIf(16)(model, model != '')",
  providers: "groupUniqArrayIf(16)(provider, provider != '')",
  session_id: "max(session_id)",
  user_id: "max(user_id)",
  environment: "max(environment)",
  tokens_input_uncached: "sum(tokens_input_uncached)",
  tokens_cache_read: "sum(tokens_cache_read)",
  tokens_cache_write: "sum(tokens_cache_write)",
  tokens_output: "sum(tokens_output)",
  tokens_reasoning: "sum(tokens_reasoning)",
  cost_usd: "sum(cost_usd)",
} as const;

type SummaryColumn = keyof typeof SUMMARY_EXPRESSIONS;

/** The aggregates under names that no column has: an alias like `session_id` would hide the column inside `max(…)`. */
const INNER_SELECT = Object.entries(SUMMARY_EXPRESSIONS)
  .map(([name, expression]) => `${expression} AS t_${name}`)
  .join(",\n      ");

/**
 * One row per trace for spans that satisfy `where`, as a subquery with columns `trace_key` and `t_…`.
 * `where` may use project_id, toDate(start_time) and trace_id, which are the projection's keys.
 */
export function summariesWhere(where: string): string {
  return `(SELECT trace_id AS trace_key,
      ${INNER_SELECT}
    FROM spans WHERE ${where} GROUP BY trace_id)`;
}

/** Status of a trace as SQL over `summariesWhere`: the root's, or `error` of any span until the root is there. */
export const STATUS_SQL = "if(t_root_count > 0, t_root_status, if(t_error_count > 0, 2, 0))";
export const DURATION_MS_SQL = "dateDiff('nanosecond', t_start, t_end) / 1e6";
export const TOTAL_TOKENS_SQL =
  "t_tokens_input_uncached + t_tokens_cache_read + t_tokens_cache_write + t_tokens_output + t_tokens_reasoning";

/** The columns a page of summaries is read with, over `summariesWhere`. */
export const SUMMARY_SELECT = `lower(hex(trace_key)) AS trace_id,
    ${Object.keys(SUMMARY_EXPRESSIONS)
      .filter((name) => name !== "root_span_id")
      .map((name) => `t_${name} AS ${name}`)
      .join(", ")},
    lower(hex(t_root_span_id)) AS root_span_id,
    toUnixTimestamp64Nano(t_start)::String AS start_ns,
    ${STATUS_SQL} AS trace_status,
    ${DURATION_MS_SQL} AS duration_ms,
    ${TOTAL_TOKENS_SQL} AS total_tokens`;

/** A row of `SUMMARY_SELECT`. */
export type TraceSummaryRow = Omit<
  Record<SummaryColumn, number>,
  "start" | "end" | "agents" | "models" | "providers" | "cost_usd" | TextColumn
> &
  Record<"start" | "end" | "trace_id" | "start_ns" | TextColumn, string> &
  Record<"agents" | "models" | "providers", string[]> & {
    cost_usd: number | null;
    trace_status: number;
    duration_ms: number;
    total_tokens: number;
  };
type TextColumn =
  | "first_name"
  | "root_name"
  | "root_span_id"
  | "service"
  | "session_id"
  | "user_id"
  | "environment";

/** A summary as the API shows it. */
export function presentSummary(row: TraceSummaryRow): TraceSummary {
  const hasRoot = row.root_count > 0;
  return {
    trace_id: row.trace_id,
    name: hasRoot ? row.root_name : row.first_name,
    root_span_id: hasRoot ? row.root_span_id : null,
    service: row.service,
    start_time: row.start,
    end_time: row.end,
    duration_ms: row.duration_ms,
    status: SPAN_STATUSES[row.trace_status] ?? "unset",
    span_count: row.span_count,
    error_count: row.error_count,
    llm_call_count: row.llm_call_count,
    tool_call_count: row.tool_call_count,
    agents: row.agents.sort(),
    models: row.models.sort(),
    providers: row.providers.sort(),
    session_id: row.session_id,
    user_id: row.user_id,
    environment: row.environment,
    usage: {
      input_uncached: safeCount(row.tokens_input_uncached),
      cache_read: safeCount(row.tokens_cache_read),
      cache_write: safeCount(row.tokens_cache_write),
      output: safeCount(row.tokens_output),
      reasoning: safeCount(row.tokens_reasoning),
    },
    total_tokens: safeCount(row.total_tokens),
    cost_usd: row.cost_usd,
  };
}

/** Two absurd spans may sum up to more than a JSON number counts exactly; one bad trace must not cost the list. */
const safeCount = (count: number) => Math.min(count, Number.MAX_SAFE_INTEGER);
