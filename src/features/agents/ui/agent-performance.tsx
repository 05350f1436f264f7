import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { BarList } from "#web/charts/bar-list.tsx";
import { StatTile } from "#web/charts/stat-tile.tsx";
import { TimeSeries } from "#web/charts/time-series.tsx";
import { formatCount } from "#web/lib/format.ts";
import { useLiveChanges } from "#web/lib/live.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import type { AgentDetail } from "../agent-contract.ts";
import type { AgentMetricsRow } from "../agent-event-contract.ts";
import { agentMetricsQuery, agentsKey, agentUsageQuery } from "./agents-api.ts";
import { metricTotals, STEP_MS, spreadRows, stepFor } from "./metrics-model.ts";

/** Charts are read again at most this often while its runs go on. */
const LIVE_GAP_MS = 10_000;

/** How an agent does: figures, their course, and the models, tools and failures behind them. */
export function AgentPerformance({ project, agent }: { project: string; agent: AgentDetail }) {
  const range = useTimeRange();
  const client = useQueryClient();
  useLiveChanges(
    project,
    "executions",
    () => {
      if (!range.live) return;
      for (const kind of ["metrics", "usage"]) {
        void client.invalidateQueries({ queryKey: [...agentsKey(project), kind, agent.id] });
      }
    },
    LIVE_GAP_MS,
  );
  const bounds = range.resolve();
  const step = stepFor(bounds);
  const metrics = useQuery(agentMetricsQuery(project, agent.id, range, step));
  const usage = useQuery(agentUsageQuery(project, agent.id, range));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the bounds move with the clock; the rows are read for them
  const spread = useMemo(() => spreadRows(metrics.data?.data ?? [], bounds, step), [metrics.data, step]);
  const totals = metricTotals(metrics.data?.data ?? []);
  const numbers = (read: (row: AgentMetricsRow) => number) => spread.rows.map((row) => (row ? read(row) : 0));
  const levels = (read: (row: AgentMetricsRow) => number | null) =>
    spread.rows.map((row) => (row ? read(row) : null));
  const state = {
    loading: metrics.isPending,
    error: metrics.error,
    onRetry: () => void metrics.refetch(),
    times: spread.times,
    stepMs: STEP_MS[step],
    range: bounds,
  };
  const tile = { loading: metrics.isPending, error: metrics.error };
  const hasEvents = totals.messages + totals.responses + totals.eventErrors + totals.feedback > 0;
  const listState = { loading: usage.isPending, error: usage.error, onRetry: () => void usage.refetch() };
  return (
    <div className="space-y-3 p-4">
      <section aria-label="Figures" className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">
        <StatTile
          label="Executions"
          value={totals.executions}
          values={numbers((row) => row.telemetry.executions)}
          {...tile}
        />
        <StatTile
          label="Error rate"
          unit="percent"
          value={totals.errorRate}
          hint={formatCount(totals.errors, "failed run")}
          {...tile}
        />
        <StatTile label="Model calls" value={totals.llmCalls} {...tile} />
        <StatTile label="Tool calls" value={totals.toolCalls} {...tile} />
        <StatTile label="Tokens" unit="tokens" value={totals.tokens} {...tile} />
        <StatTile
          label="Cost"
          unit="usd"
          value={totals.cost}
          values={numbers((row) => row.cost_usd)}
          {...tile}
        />
      </section>
      <div className="grid gap-3 lg:grid-cols-2">
        <TimeSeries
          title="Executions"
          kind="bars"
          stacked
          series={[
            {
              id: "ok",
              label: "Succeeded",
              values: numbers((row) => row.telemetry.executions - row.telemetry.errors),
            },
            {
              id: "failed",
              label: "Failed",
              values: numbers((row) => row.telemetry.errors),
              color: "danger",
            },
          ]}
          {...state}
        />
        <TimeSeries
          title="Latency of runs"
          unit="ms"
          series={[
            { id: "p50", label: "p50", values: levels((row) => row.telemetry.latency_p50_ms) },
            { id: "p95", label: "p95", values: levels((row) => row.telemetry.latency_p95_ms) },
          ]}
          {...state}
        />
        <TimeSeries
          title="Tokens"
          unit="tokens"
          kind="bars"
          series={[{ id: "tokens", label: "Tokens", values: numbers((row) => row.total_tokens_used) }]}
          {...state}
        />
        <TimeSeries
          title="Cost"
          unit="usd"
          kind="bars"
          series={[{ id: "cost", label: "Cost", values: numbers((row) => row.cost_usd), color: 3 }]}
          {...state}
        />
        {hasEvents && (
          <>
            <TimeSeries
              title="Reported events"
              kind="bars"
              stacked
              series={[
                { id: "messages", label: "Messages", values: numbers((row) => row.total_messages) },
                { id: "responses", label: "Responses", values: numbers((row) => row.total_responses) },
                {
                  id: "errors",
                  label: "Errors",
                  values: numbers((row) => row.total_errors),
                  color: "danger",
                },
              ]}
              {...state}
            />
            <TimeSeries
              title="Reported response time"
              unit="ms"
              series={[
                { id: "average", label: "Average", values: levels((row) => row.average_response_time) },
                { id: "p95", label: "p95", values: levels((row) => row.response_time_p95) },
              ]}
              {...state}
            />
          </>
        )}
      </div>
      <div className="grid gap-3 lg:grid-cols-3">
        <BarList
          title="Models by cost"
          unit="usd"
          better="down"
          empty="It called no model in this time range."
          items={(usage.data?.models ?? []).slice(0, 8).map((one) => ({
            id: one.model,
            label: one.model,
            value: one.cost_usd,
            hint: formatCount(one.calls, "call"),
            link: (label) => (
              <TraceLink
                project={project}
                search={{ agent: [agent.name], model: [one.model] }}
                label={label}
              />
            ),
          }))}
          {...listState}
        />
        <BarList
          title="Tools by latency, p95"
          unit="ms"
          better="down"
          empty="It called no tool in this time range."
          items={(usage.data?.tools ?? []).slice(0, 8).map((one) => ({
            id: one.tool,
            label: one.tool,
            value: one.latency_p95_ms ?? 0,
            hint: formatCount(one.calls, "call"),
            link: (label) => (
              <TraceLink project={project} search={{ agent: [agent.name], tool: [one.tool] }} label={label} />
            ),
          }))}
          {...listState}
        />
        <BarList
          title="Failures"
          better="down"
          empty="Nothing failed in this time range."
          items={(usage.data?.errors ?? []).slice(0, 8).map((one) => ({
            id: one.type,
            label: one.type,
            value: one.count,
            color: "danger" as const,
            link: (label) => (
              <TraceLink
                project={project}
                search={{
                  agent: [agent.name],
                  ...(one.type === "(no type)" ? { has_errors: "true" } : { error_type: [one.type] }),
                }}
                label={label}
              />
            ),
          }))}
          {...listState}
        />
      </div>
    </div>
  );
}

function TraceLink({
  project,
  search,
  label,
}: {
  project: string;
  search: Record<string, string | string[]>;
  label: React.ReactNode;
}) {
  return (
    <Link
      to="/p/$project/traces"
      params={{ project }}
      search={search as never}
      className="text-text hover:text-accent hover:underline"
    >
      {label}
    </Link>
  );
}
