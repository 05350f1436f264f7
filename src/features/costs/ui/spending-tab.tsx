import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type AnalyticsScope, analyticsBreakdownQuery } from "#features/analytics/ui/analytics-api.ts";
import { StatTile } from "#web/charts/stat-tile.tsx";
import { formatCount, formatTokens } from "#web/lib/format.ts";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { Select } from "#web/ui/select.tsx";
import { CostChart } from "./cost-chart.tsx";
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
  const totals = useQuery(
    analyticsBreakdownQuery(scope, { measure: [...MEASURES], group_by: "environment", limit: 50 }),
  );
  const savings = useQuery(cacheSavingsQuery(project, range, environment));
  const unknown = useQuery(unknownPricesQuery(project, range));

  const units = unitCosts(totals.data?.total ?? {});
  const before = totals.data?.previous_total;
  const unitsBefore = before ? unitCosts(before) : undefined;
  const unpriced = unknown.data?.data.reduce((sum, each) => sum + each.spans, 0);
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
            `${formatTokens(savings.data.tokens_read)} of ${formatTokens(savings.data.input_tokens)} tokens cached`
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
      <CostChart
        scope={scope}
        by={by}
        environment={environment}
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
