import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { type AnalyticsScope, analyticsSeriesQuery, chartOf } from "#features/analytics/ui/analytics-api.ts";
import type { ChartSeries } from "#web/charts/chart-types.ts";
import { TimeSeries } from "#web/charts/time-series.tsx";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { attributionSeriesQuery } from "./costs-api.ts";
import type { Split } from "./model/costs-search.ts";

/** Cost over time, split by something. */
export function CostChart({
  scope,
  by,
  environment,
  actions,
}: {
  scope: AnalyticsScope;
  by: Split;
  environment: string | undefined;
  actions: ReactNode;
}) {
  const props = { scope, environment, actions };
  return by === "agent" || by === "tag" ? (
    <BySubject key={by} by={by} {...props} />
  ) : (
    <ByDimension key={by} by={by} {...props} />
  );
}

interface SplitProps<By extends Split> {
  scope: AnalyticsScope;
  by: By;
  environment: string | undefined;
  actions: ReactNode;
}

/** What each model call says of itself. */
function ByDimension({ scope, by, actions }: SplitProps<Exclude<Split, "agent" | "tag">>) {
  const query = useQuery(analyticsSeriesQuery(scope, { measure: ["cost_usd"], group_by: by, limit: 7 }));
  const chart = useMemo(() => chartOf(query.data, "cost_usd"), [query.data]);
  return <Chart by={by} chart={chart} query={query} actions={actions} />;
}

/** What the call's trace says: model calls seldom name their agent. */
function BySubject({ scope, by, environment, actions }: SplitProps<"agent" | "tag">) {
  const range = useTimeRange();
  const query = useQuery(attributionSeriesQuery(scope.project, range, by, environment));
  const chart = useMemo(
    () => ({
      times: query.data?.times.map((time) => Date.parse(time)) ?? [],
      series:
        query.data?.series.map(
          ({ name, other, usd }): ChartSeries => ({
            id: other ? "other" : `group:${name}`,
            label: other ? "Other" : name || "(none)",
            values: usd,
            ...(other && { color: "muted" as const }),
          }),
        ) ?? [],
    }),
    [query.data],
  );
  return <Chart by={by} chart={chart} query={query} actions={actions} />;
}

function Chart({
  by,
  chart,
  query,
  actions,
}: {
  by: Split;
  chart: { times: number[]; series: ChartSeries[] };
  query: UseQueryResult<{ from: string; to: string }>;
  actions: ReactNode;
}) {
  // Spans that call no model cost nothing; a line for them would only take a colour.
  const series = chart.series.filter((each) => each.values.some((value) => value !== null && value !== 0));
  return (
    <TimeSeries
      title={`Cost by ${by}`}
      unit="usd"
      kind="bars"
      stacked
      height={220}
      empty="No cost in this time range: either nothing called a model, or its price is not known."
      times={chart.times}
      series={series}
      loading={query.isPending}
      error={query.error}
      onRetry={() => void query.refetch()}
      range={query.data && { from: Date.parse(query.data.from), to: Date.parse(query.data.to) }}
      actions={actions}
    />
  );
}
