import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type {
  AttributesAnswer,
  BreakdownAnswer,
  DifferenceAnswer,
  FacetsAnswer,
  Measure,
  SeriesAnswer,
} from "#features/analytics/analytics-contract.ts";
import type { ExportFormat } from "#features/exports/export-contract.ts";
import type { Page } from "#platform/http/http-contract.ts";
import { apiGet, apiUrl } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import type { ListedSpan } from "../trace-contract.ts";
import type { SpanOrder } from "./model/traces-search.ts";
import { paramsOf } from "./traces-api.ts";

/** Which spans are asked about: `filter` is the query string of `spanFilterQuery`. */
export interface SpanScope {
  project: string;
  filter: string;
  range: Pick<TimeRangeState, "typed" | "apiParams">;
}

const PAGE_SIZE = 100;

/** A page of spans with the range it was read for, which the pages after it must share. */
export interface SpanPage extends Page<ListedSpan> {
  truncated: boolean;
  searched_from: string;
  from: string;
  to: string;
}

interface PageParam {
  cursor: string;
  from: string;
  to: string;
}

const paramsIn = ({ project, filter, range }: SpanScope) => ({
  ...paramsOf(filter),
  project,
  ...range.apiParams(),
});

/** `GET /spans`, page by page. */
export const spansQuery = (scope: SpanScope, order: SpanOrder) =>
  infiniteQueryOptions({
    queryKey: ["traces", scope.project, "spans", scope.filter, scope.range.typed, order],
    queryFn: async ({ pageParam, signal }): Promise<SpanPage> => {
      const { from, to } = pageParam ?? scope.range.apiParams();
      const params = {
        ...paramsOf(scope.filter),
        project: scope.project,
        from,
        to,
        sort: order,
        limit: PAGE_SIZE,
        cursor: pageParam?.cursor,
      };
      return { ...(await apiGet<Omit<SpanPage, "from" | "to">>("/spans", params, { signal })), from, to };
    },
    initialPageParam: null as PageParam | null,
    getNextPageParam: (last): PageParam | null =>
      last.next_cursor === null ? null : { cursor: last.next_cursor, from: last.from, to: last.to },
    staleTime: 5_000,
    refetchOnWindowFocus: false,
  });

/** `GET /analytics/facets`. */
export const facetsQuery = (scope: SpanScope) =>
  queryOptions({
    queryKey: ["traces", scope.project, "span-facets", scope.filter, scope.range.typed],
    queryFn: ({ signal }) =>
      apiGet<FacetsAnswer>("/analytics/facets", { ...paramsIn(scope), limit: 12 }, { signal }),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

/** `GET /analytics/series`: how many, how many failed, how slow. */
export const trendQuery = (scope: SpanScope, measures: readonly Measure[]) =>
  queryOptions({
    queryKey: ["traces", scope.project, "trend", scope.filter, scope.range.typed, measures],
    queryFn: ({ signal }) =>
      apiGet<SeriesAnswer>("/analytics/series", { ...paramsIn(scope), measure: measures }, { signal }),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

/** `GET /analytics/breakdown`: the largest groups by a measure. */
export const breakdownQuery = (
  scope: SpanScope,
  group: string,
  sort: Measure,
  measures: readonly Measure[],
) =>
  queryOptions({
    queryKey: ["traces", scope.project, "breakdown", scope.filter, scope.range.typed, group, sort],
    queryFn: ({ signal }) =>
      apiGet<BreakdownAnswer>(
        "/analytics/breakdown",
        { ...paramsIn(scope), measure: measures, group_by: group, sort, limit: 100 },
        { signal },
      ),
    staleTime: 15_000,
  });

/** `GET /analytics/difference`: what a selection has more, or less, often than the rest. */
export const differenceQuery = (scope: SpanScope, select: string) =>
  queryOptions({
    queryKey: ["traces", scope.project, "difference", scope.filter, scope.range.typed, select],
    queryFn: ({ signal }) =>
      apiGet<DifferenceAnswer>(
        "/analytics/difference",
        { ...paramsIn(scope), select, limit: 30 },
        { signal },
      ),
    staleTime: 30_000,
  });

/** `GET /analytics/attributes`: keys to filter and group by. */
export const attributeKeysQuery = (scope: SpanScope) =>
  queryOptions({
    queryKey: ["traces", scope.project, "attribute-keys", scope.range.typed],
    queryFn: ({ signal }) =>
      apiGet<AttributesAnswer>(
        "/analytics/attributes",
        { project: scope.project, ...scope.range.apiParams(), limit: 200 },
        { signal },
      ),
    staleTime: 60_000,
  });

/** Address of an export of everything that matches; the browser downloads it. */
export function exportUrl(
  what: "traces" | "spans",
  format: ExportFormat,
  { project, filter, range }: SpanScope,
): string {
  return apiUrl(`/exports/${what}`, { ...paramsOf(filter), project, ...range.apiParams(), format });
}
