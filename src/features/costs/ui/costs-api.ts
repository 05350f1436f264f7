import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Budget, BudgetInput, BudgetPatch, Violation } from "#features/costs/budget-contract.ts";
import type {
  Attribution,
  AttributionSeries,
  CacheSavings,
  CostSubject,
} from "#features/costs/cost-report-contract.ts";
import type {
  CostSettings,
  CostSettingsPatch,
  Price,
  PriceOverrideAnswer,
  PriceOverrideInput,
  PriceOverridePatch,
  UnknownPrices,
} from "#features/costs/price-contract.ts";
import type { RepricingInput, RepricingPreview, RepricingRun } from "#features/costs/repricing-contract.ts";
import type { Page } from "#platform/http/http-contract.ts";
import { apiDelete, apiGet, apiPatch, apiPost } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";

type Range = Pick<TimeRangeState, "typed" | "apiParams">;

/** Budgets are looked after every few seconds. */
const BUDGET_POLL_MS = 5000;
const RUN_POLL_MS = 1000;

/** Who caused the cost. */
export const attributionQuery = (project: string, range: Range, by: CostSubject, environment?: string) =>
  queryOptions({
    queryKey: ["costs", project, "attribution", by, environment, range.typed],
    queryFn: ({ signal }) =>
      apiGet<Attribution>(
        "/costs/attribution",
        { project, by, environment, limit: 7, ...range.apiParams() },
        { signal },
      ),
    placeholderData: keepPreviousData,
  });

/** The same over time. */
export const attributionSeriesQuery = (
  project: string,
  range: Range,
  by: CostSubject,
  environment?: string,
) =>
  queryOptions({
    queryKey: ["costs", project, "attribution-series", by, environment, range.typed],
    queryFn: ({ signal }) =>
      apiGet<AttributionSeries>(
        "/costs/attribution/series",
        { project, by, environment, ...range.apiParams() },
        { signal },
      ),
    placeholderData: keepPreviousData,
  });

export const cacheSavingsQuery = (project: string, range: Range, environment?: string) =>
  queryOptions({
    queryKey: ["costs", project, "cache-savings", environment, range.typed],
    queryFn: ({ signal }) =>
      apiGet<CacheSavings>(
        "/costs/cache-savings",
        { project, environment, ...range.apiParams() },
        { signal },
      ),
    placeholderData: keepPreviousData,
  });

export const unknownPricesQuery = (project: string, range: Range) =>
  queryOptions({
    queryKey: ["costs", project, "unknown-prices", range.typed],
    queryFn: ({ signal }) =>
      apiGet<UnknownPrices>("/prices/unknown", { project, ...range.apiParams() }, { signal }),
  });

export const budgetsQuery = (project: string) =>
  queryOptions({
    queryKey: ["costs", project, "budgets"],
    queryFn: ({ signal }) => apiGet<Page<Budget>>("/budgets", { project, limit: 200 }, { signal }),
    refetchInterval: BUDGET_POLL_MS,
  });

export const violationsQuery = (project: string) =>
  queryOptions({
    queryKey: ["costs", project, "violations"],
    queryFn: ({ signal }) =>
      apiGet<Page<Violation>>("/budgets/violations", { project, limit: 30 }, { signal }),
    refetchInterval: BUDGET_POLL_MS,
  });

export const createBudget = (project: string, input: BudgetInput) =>
  apiPost<Budget>("/budgets", input, { project });
export const changeBudget = (project: string, id: string, patch: BudgetPatch) =>
  apiPatch<Budget>(`/budgets/${id}`, patch, { project });
export const removeBudget = (project: string, id: string) => apiDelete(`/budgets/${id}`, { project });
export const clearViolation = (project: string, id: string) =>
  apiPost<Violation>(`/budgets/violations/${id}/clear`, {}, { project });

export const costSettingsQuery = (project: string) =>
  queryOptions({
    queryKey: ["costs", project, "settings"],
    queryFn: ({ signal }) => apiGet<CostSettings>("/cost-settings", { project }, { signal }),
  });
export const changeCostSettings = (project: string, patch: CostSettingsPatch) =>
  apiPatch<CostSettings>("/cost-settings", patch, { project });

export const overridesQuery = (project: string) =>
  queryOptions({
    queryKey: ["costs", project, "overrides"],
    queryFn: ({ signal }) =>
      apiGet<Page<PriceOverrideAnswer>>("/price-overrides", { project, limit: 200 }, { signal }),
  });
export const createOverride = (project: string, input: PriceOverrideInput) =>
  apiPost<PriceOverrideAnswer>("/price-overrides", input, { project });
export const changeOverride = (project: string, id: string, patch: PriceOverridePatch) =>
  apiPatch<PriceOverrideAnswer>(`/price-overrides/${id}`, patch, { project });
export const removeOverride = (project: string, id: string) =>
  apiDelete(`/price-overrides/${id}`, { project });

/** Prices in force, page by page. */
export const pricesQuery = (project: string, search: string) =>
  infiniteQueryOptions({
    queryKey: ["costs", project, "prices", search],
    queryFn: ({ pageParam, signal }) =>
      apiGet<Page<Price>>("/prices", { project, search, cursor: pageParam, limit: 25 }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

export const isUnderWay = (run: RepricingRun) => run.state === "queued" || run.state === "running";

/** Runs that priced stored spans again; asked often while one is under way. */
export const repricingQuery = (project: string) =>
  queryOptions({
    queryKey: ["costs", project, "repricing"],
    queryFn: ({ signal }) => apiGet<Page<RepricingRun>>("/repricing", { project, limit: 5 }, { signal }),
    refetchInterval: (query) => (query.state.data?.data.some(isUnderWay) ? RUN_POLL_MS : false),
  });
export const previewRepricing = (project: string, input: RepricingInput) =>
  apiPost<RepricingPreview>("/repricing/preview", input, { project });
export const startRepricing = (project: string, input: RepricingInput) =>
  apiPost<RepricingRun>("/repricing", input, { project });
export const cancelRepricing = (project: string, id: string) =>
  apiPost<RepricingRun>(`/repricing/${id}/cancel`, {}, { project });
