import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  type AnalyticsScope,
  analyticsBreakdownQuery,
  analyticsSeriesQuery,
  chartOf,
} from "#features/analytics/ui/analytics-api.ts";
import { StatTile } from "#web/charts/stat-tile.tsx";
import { TimeSeries } from "#web/charts/time-series.tsx";
import { formatCount, formatTokens } from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { Select } from "#web/ui/select.tsx";
import { cacheSavingsQuery, unknownPricesQuery } from "./costs-api.ts";
import { type CostsSearch, SPLITS, type Split } from "./model/costs-search.ts";
import { unitCosts } from "./model/unit-costs.ts";
import { TopCosts } from "./top-costs.tsx";
import { UnknownPricesCard } from "./unknown-prices-card.tsx";

const MEASURES = ["cost_usd", "executions", "tokens_total"] as const;

/** Cost over time and by whom, unit costs, what caches saved, and what has no price. */
export function SpendingTab({
  project,
  search,
  patch,
}: {
  project: string;
  search: CostsSearch;
  patch: (change: Partial<CostsSearch>) => void;
}) {
  const range = useTimeRange();
  const timeZone = useTimeZone();
  const { environment } = search;
  const by = search.by ?? "model";
  const scope: AnalyticsScope = useMemo(
    () => ({ project, range, timeZone, filter: { environment } }),
    [project, range, timeZone, environment],
  );
  const cost = useQuery(analyticsSeriesQuery(scope, { measure: ["cost_usd"], group_by: by, limit: 7 }));
  const totals = useQuery(
    analyticsBreakdownQuery(scope, { measure: [...MEASURES], group_by: "environment", limit: 50 }),
  );
  const savings = useQuery(cacheSavingsQuery(project, range, environment));
  const unknown = useQuery(unknownPricesQuery(project, range));

  const units = unitCosts(totals.data?.total ?? {});
  const before = totals.data?.previous_total;
  const unitsBefore = before ? unitCosts(before) : undefined;
  const unpriced = unknown.data?.data.reduce((sum, each) => sum + each.spans, 0);
  const chart = useMemo(() => {
    const drawn = chartOf(cost.data, "cost_usd");
    // Spans that call no model cost nothing; a line for them would only take a colour.
    return {
      ...drawn,
      series: drawn.series.filter((each) => each.values.some((value) => value !== null && value !== 0)),
    };
  }, [cost.data]);
  const totalState = { loading: totals.isPending, error: totals.error };

  return (
    <div className="space-y-3">
      <section aria-label="Figures" className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
        <StatTile
          label="Cost"
          unit="usd"
          better="down"
          value={totals.data?.total.cost_usd}
          previous={before?.cost_usd}
          {...totalState}
        />
        <StatTile
          label="Cost per execution"
          unit="usd"
          better="down"
          value={units.perExecution}
          previous={unitsBefore?.perExecution}
          hint={totals.data && `of ${formatCount(totals.data.total.executions ?? 0, "execution")}`}
          {...totalState}
        />
        <StatTile
          label="Cost per 1,000 tokens"
          unit="usd"
          better="down"
          value={units.perThousandTokens}
          previous={unitsBefore?.perThousandTokens}
          hint={totals.data && `of ${formatTokens(totals.data.total.tokens_total ?? 0)} tokens`}
          {...totalState}
        />
        <StatTile
          label="Saved by caches"
          unit="usd"
          value={savings.data?.usd_saved}
          hint={
            savings.data &&
            `${formatTokens(savings.data.tokens_read)} of ${formatTokens(savings.data.input_tokens)} input tokens read from a cache`
          }
          loading={savings.isPending}
          error={savings.error}
        />
        <StatTile
          label="Spans without a price"
          value={unpriced}
          better="down"
          hint={unpriced ? "their cost is not in these figures" : "every model has a price"}
          loading={unknown.isPending}
          error={unknown.error}
        />
      </section>
      <TimeSeries
        title={`Cost by ${by}`}
        unit="usd"
        kind="bars"
        stacked
        height={220}
        empty="No cost in this time range: either nothing called a model, or its price is not known."
        {...chart}
        loading={cost.isPending}
        error={cost.error}
        onRetry={() => void cost.refetch()}
        range={cost.data && { from: Date.parse(cost.data.from), to: Date.parse(cost.data.to) }}
        actions={
          <Select
            size="sm"
            aria-label="Split the cost by"
            value={by}
            onChange={(event) => {
              const split = event.target.value as Split;
              patch({ by: split === "model" ? undefined : split });
            }}
          >
            {SPLITS.map((each) => (
              <option key={each} value={each}>
                by {each}
              </option>
            ))}
          </Select>
        }
      />
      <TopCosts
        scope={scope}
        environment={environment}
        onEnvironment={(name) => patch({ environment: name })}
      />
      <UnknownPricesCard project={project} query={unknown} />
    </div>
  );
}
