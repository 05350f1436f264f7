import type { AgentMetricsRow, MetricStep } from "../agent-event-contract.ts";

export const STEP_MS: Record<MetricStep, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** Widest range, in steps, that a step is taken for. */
const MOST_STEPS = 200;

/** The finest step that keeps a chart of the range readable. */
export function stepFor(range: { from: number; to: number }): MetricStep {
  const ms = range.to - range.from;
  if (ms <= MOST_STEPS * STEP_MS.minute) return "minute";
  return ms <= MOST_STEPS * STEP_MS.hour ? "hour" : "day";
}

/** One chart's numbers: all steps of the range, those without activity included. */
export interface AgentSeries {
  times: number[];
  rows: (AgentMetricsRow | undefined)[];
}

/** Rows at their place among all steps of a range. */
export function spreadRows(
  rows: readonly AgentMetricsRow[],
  range: { from: number; to: number },
  step: MetricStep,
): AgentSeries {
  const stepMs = STEP_MS[step];
  const first = Math.floor(range.from / stepMs) * stepMs;
  const count = Math.max(1, Math.ceil((range.to - first) / stepMs));
  const byTime = new Map(rows.map((row) => [Date.parse(row.date), row]));
  const times = Array.from({ length: count }, (_, at) => first + at * stepMs);
  return { times, rows: times.map((time) => byTime.get(time)) };
}

/** What the rows of a range add up to. */
export function metricTotals(rows: readonly AgentMetricsRow[]) {
  const sum = (read: (row: AgentMetricsRow) => number) => rows.reduce((total, row) => total + read(row), 0);
  const executions = sum((row) => row.telemetry.executions);
  const errors = sum((row) => row.telemetry.errors);
  return {
    executions,
    errors,
    errorRate: executions > 0 ? errors / executions : null,
    tokens: sum((row) => row.total_tokens_used),
    cost: sum((row) => row.cost_usd),
    llmCalls: sum((row) => row.telemetry.llm_calls),
    toolCalls: sum((row) => row.telemetry.tool_calls),
    messages: sum((row) => row.total_messages),
    responses: sum((row) => row.total_responses),
    eventErrors: sum((row) => row.total_errors),
    feedback: sum((row) => row.total_feedback),
  };
}
