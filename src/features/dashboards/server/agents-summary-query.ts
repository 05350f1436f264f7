import type { Measure } from "#features/analytics/analytics-contract.ts";
import { type Ask, periodBefore, readGroups, readSeries } from "#features/analytics/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { AgentsSummary } from "../dashboard-contract.ts";

type Status = AgentsSummary["data"][number]["status"];

const MEASURES: readonly Measure[] = [
  "cost_usd",
  "executions",
  "llm_calls",
  "tool_calls",
  "errors",
  "error_rate",
  "duration_p50_ms",
  "duration_p95_ms",
  "tokens_total",
  "users",
];
/** Agents that get a sparkline. */
const MAX_SPARKLINES = 50;

/** One row per agent seen in the range, or registered: costliest first, then busiest. */
export async function readAgentsSummary(
  ask: Ask,
  question: {
    filter: SpanFilter;
    range: { fromMs: number; toMs: number };
    timezone: string;
    statuses: ReadonlyMap<string, Exclude<Status, null>>;
    limit: number;
  },
): Promise<AgentsSummary> {
  const { filter, range, statuses } = question;
  const [[now], [[, before] = []], series] = await Promise.all([
    readGroups(ask, { filter, periods: [range], measures: MEASURES, dimensions: ["agent"], ofRuns: true }),
    readGroups(ask, {
      filter,
      periods: [range, periodBefore(range)],
      measures: ["cost_usd"],
      dimensions: ["agent"],
    }),
    readSeries(ask, {
      filter: { ...filter, root: "true" },
      range,
      measures: ["executions"],
      step: "auto",
      timezone: question.timezone,
      dimension: "agent",
      limit: MAX_SPARKLINES,
      compare: false,
    }),
  ]);
  const measured = now![0]!;
  const sparklines = new Map(series.series.map((one) => [one.group, one.values.executions ?? []]));
  const data = [...new Set([...measured.keys(), ...statuses.keys()])]
    .filter((agent) => agent !== "")
    .map((agent) => {
      const values = measured.get(agent) ?? {};
      return {
        agent,
        status: statuses.get(agent) ?? null,
        executions: values.executions ?? 0,
        llm_calls: values.llm_calls ?? 0,
        tool_calls: values.tool_calls ?? 0,
        errors: values.errors ?? 0,
        error_rate: values.error_rate ?? null,
        duration_p50_ms: values.duration_p50_ms ?? null,
        duration_p95_ms: values.duration_p95_ms ?? null,
        tokens_total: values.tokens_total ?? 0,
        cost_usd: values.cost_usd ?? null,
        users: values.users ?? 0,
        previous_cost_usd: before?.get(agent)?.cost_usd ?? null,
        sparkline: sparklines.get(agent) ?? series.times.map(() => 0),
      };
    })
    .sort(
      (a, b) =>
        (b.cost_usd ?? 0) - (a.cost_usd ?? 0) || b.executions - a.executions || (a.agent < b.agent ? -1 : 1),
    )
    .slice(0, question.limit);
  return { from: series.from, to: series.to, times: series.times, data };
}
