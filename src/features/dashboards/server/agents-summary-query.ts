import type { Measure } from "#features/analytics/analytics-contract.ts";
import { type Ask, readMeasuresByGroup, readSeries } from "#features/analytics/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { AgentsSummary } from "../dashboard-contract.ts";

type Status = AgentsSummary["data"][number]["status"];

const OF_SPANS: readonly Measure[] = [
  "llm_calls",
  "tool_calls",
  "errors",
  "tokens_total",
  "cost_usd",
  "users",
];
const OF_ROOTS: readonly Measure[] = ["executions", "error_rate", "duration_p50_ms", "duration_p95_ms"];
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
  const before = { fromMs: Math.max(0, 2 * range.fromMs - range.toMs), toMs: range.fromMs };
  const grouped = (measures: readonly Measure[], over: typeof range, only: SpanFilter) =>
    readMeasuresByGroup(ask, { filter: only, range: over, measures, dimension: "agent" });
  const roots: SpanFilter = { ...filter, root: "true" };
  const [spans, runs, previous, series] = await Promise.all([
    grouped(OF_SPANS, range, filter),
    grouped(OF_ROOTS, range, roots),
    grouped(["cost_usd"], before, filter),
    readSeries(ask, {
      filter: roots,
      range,
      measures: ["executions"],
      step: "auto",
      timezone: question.timezone,
      dimension: "agent",
      limit: MAX_SPARKLINES,
      compare: false,
    }),
  ]);
  const sparklines = new Map(series.series.map((one) => [one.group, one.values.executions ?? []]));
  const data = [...new Set([...spans.keys(), ...statuses.keys()])]
    .filter((agent) => agent !== "")
    .map((agent) => {
      const all = spans.get(agent) ?? {};
      const own = runs.get(agent) ?? {};
      return {
        agent,
        status: statuses.get(agent) ?? null,
        executions: own.executions ?? 0,
        llm_calls: all.llm_calls ?? 0,
        tool_calls: all.tool_calls ?? 0,
        errors: all.errors ?? 0,
        error_rate: own.error_rate ?? null,
        duration_p50_ms: own.duration_p50_ms ?? null,
        duration_p95_ms: own.duration_p95_ms ?? null,
        tokens_total: all.tokens_total ?? 0,
        cost_usd: all.cost_usd ?? null,
        users: all.users ?? 0,
        previous_cost_usd: previous.get(agent)?.cost_usd ?? null,
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
