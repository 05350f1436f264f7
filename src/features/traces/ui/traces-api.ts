import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Page } from "#platform/http/http-contract.ts";
import { apiGet, apiUrl, type Params } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import type { SpanDetail, TraceDetail, TraceFacets, TraceSummary } from "../trace-contract.ts";

const PAGE_SIZE = 100;

/** A page of the list with the range it was read for, which the pages after it must share. */
export interface TracePageData extends Page<TraceSummary> {
  from: string;
  to: string;
}

interface PageParam {
  cursor: string;
  from: string;
  to: string;
}

/** Which traces a list shows: `filter` is the query string of `filterQuery`. */
export interface TraceListScope {
  project: string;
  filter: string;
  range: Pick<TimeRangeState, "typed" | "apiParams">;
}

/** The filters of a query string as parameters. */
export function paramsOf(filter: string): Params {
  const params: Record<string, string[]> = {};
  for (const [key, value] of new URLSearchParams(filter)) {
    params[key] ??= [];
    params[key].push(value);
  }
  return params;
}

/** Reads one page; without `after` the newest. */
export async function fetchTraces(
  { project, filter, range }: TraceListScope,
  after: PageParam | null,
  signal?: AbortSignal,
): Promise<TracePageData> {
  const { from, to } = after ?? range.apiParams();
  const params = { ...paramsOf(filter), project, from, to, limit: PAGE_SIZE, cursor: after?.cursor };
  const page = await apiGet<Page<TraceSummary>>("/traces", params, { signal });
  return { ...page, from, to };
}

/** `GET /traces`, page by page. The key holds the range as typed, so that a cached list stays valid. */
export const tracesQuery = (scope: TraceListScope) =>
  infiniteQueryOptions({
    queryKey: ["traces", scope.project, "list", scope.filter, scope.range.typed],
    queryFn: ({ pageParam, signal }) => fetchTraces(scope, pageParam, signal),
    initialPageParam: null as PageParam | null,
    getNextPageParam: (last): PageParam | null =>
      last.next_cursor === null ? null : { cursor: last.next_cursor, from: last.from, to: last.to },
    staleTime: 5_000,
    // Live arrival keeps the list fresh; reading every loaded page again on focus would only make it jump.
    refetchOnWindowFocus: false,
  });

/** `GET /traces/facets`. */
export const traceFacetsQuery = ({ project, range }: Omit<TraceListScope, "filter">) =>
  queryOptions({
    queryKey: ["traces", project, "facets", range.typed],
    queryFn: ({ signal }) =>
      apiGet<TraceFacets>("/traces/facets", { project, ...range.apiParams() }, { signal }),
    staleTime: 30_000,
  });

/** The newest trace of the project at any time, or null: tells "no data yet" from "outside of the range". */
export const latestTraceQuery = (project: string) =>
  queryOptions({
    queryKey: ["traces", project, "latest"],
    queryFn: async ({ signal }) => {
      const params = { project, from: "2000-01-01T00:00:00Z", limit: 1 };
      const page = await apiGet<Page<TraceSummary>>("/traces", params, { signal });
      return page.data[0] ?? null;
    },
    staleTime: 10_000,
  });

/** `GET /traces/{traceId}` without attributes: what the waterfall needs. */
export const traceQuery = (project: string, traceId: string) =>
  queryOptions({
    queryKey: ["traces", project, "trace", traceId],
    queryFn: ({ signal }) =>
      apiGet<TraceDetail>(
        `/traces/${encodeURIComponent(traceId)}`,
        { project, exclude: "attributes" },
        { signal },
      ),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  });

/** `GET /spans/{spanId}`: one span with everything. A stored span does not change. */
export const spanQuery = (project: string, traceId: string, spanId: string) =>
  queryOptions({
    queryKey: ["traces", project, "span", traceId, spanId],
    queryFn: ({ signal }) =>
      apiGet<SpanDetail>(`/spans/${encodeURIComponent(spanId)}`, { project, trace_id: traceId }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Absolute address of a trace in the API, everything included. */
export const traceUrl = (project: string, traceId: string) =>
  new URL(apiUrl(`/traces/${encodeURIComponent(traceId)}`, { project, include: "messages" }), location.origin)
    .href;

/** Absolute address of a span in the API. */
export const spanUrl = (project: string, traceId: string, spanId: string) =>
  new URL(apiUrl(`/spans/${encodeURIComponent(spanId)}`, { project, trace_id: traceId }), location.origin)
    .href;
