import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { SeriesAnswer } from "#features/analytics/analytics-contract.ts";
import { type AnalyticsScope, analyticsSeriesQuery, chartOf } from "#features/analytics/ui/analytics-api.ts";
import type { ChartSeries } from "#web/charts/chart-types.ts";
import { ProvenanceNote } from "#web/charts/provenance-note.tsx";
import { TimeSeries } from "#web/charts/time-series.tsx";
import { executionSeries, TOKEN_SERIES } from "./model/chart-series.ts";

/** The course of executions, latency, tokens and cost. */
export function OverviewCharts({ scope }: { scope: AnalyticsScope }) {
  const roots = useQuery(
    analyticsSeriesQuery(
      { ...scope, filter: { ...scope.filter, root: "true" } },
      { measure: ["span_count", "errors", "duration_p50_ms", "duration_p95_ms"] },
    ),
  );
  const tokens = useQuery(analyticsSeriesQuery(scope, { measure: TOKEN_SERIES.map((each) => each.measure) }));
  const cost = useQuery(analyticsSeriesQuery(scope, { measure: ["cost_usd"], group_by: "model", limit: 7 }));

  const executions = useMemo(() => executionSeries(roots.data), [roots.data]);
  const latency = useMemo(
    () => ({
      times: chartOf(roots.data, "duration_p50_ms").times,
      series: (["duration_p50_ms", "duration_p95_ms"] as const).flatMap((measure): ChartSeries[] =>
        chartOf(roots.data, measure).series.map((each) => ({
          ...each,
          id: measure,
          label: measure === "duration_p50_ms" ? "p50" : "p95",
        })),
      ),
    }),
    [roots.data],
  );
  const usage = useMemo(
    () => ({
      times: chartOf(tokens.data, "tokens_output").times,
      series: TOKEN_SERIES.flatMap(({ measure, label }): ChartSeries[] =>
        chartOf(tokens.data, measure).series.map((each) => ({ ...each, id: measure, label })),
      ),
    }),
    [tokens.data],
  );
  const money = useMemo(() => {
    const chart = chartOf(cost.data, "cost_usd");
    return {
      ...chart,
      // Spans that call no model cost nothing; a line for them would only take a colour.
      series: chart.series.filter((each) => each.values.some((value) => value !== null && value !== 0)),
    };
  }, [cost.data]);

  const stateOf = (query: UseQueryResult<SeriesAnswer>) => ({
    loading: query.isPending,
    error: query.error,
    onRetry: () => void query.refetch(),
    actions: <ProvenanceNote answer={query.data} />,
    range: query.data && { from: Date.parse(query.data.from), to: Date.parse(query.data.to) },
  });
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <TimeSeries title="Executions" kind="bars" {...executions} {...stateOf(roots)} />
      <TimeSeries title="Latency of executions" unit="ms" {...latency} {...stateOf(roots)} />
      <TimeSeries title="Tokens" unit="tokens" kind="area" stacked {...usage} {...stateOf(tokens)} />
      <TimeSeries
        title="Cost by model"
        unit="usd"
        kind="bars"
        empty="No cost in this time range: either nothing called a model, or its price is not known."
        {...money}
        {...stateOf(cost)}
      />
    </div>
  );
}
