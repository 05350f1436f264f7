import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Page } from "#platform/http/http-contract.ts";
import { apiGet } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import type { MetricExemplar, MetricLabel, MetricName, MetricQueryResult } from "../metrics-contract.ts";
import type { MetricQuery } from "./model/metrics-search.ts";

/** What metrics are asked about. */
export interface MetricScope {
  project: string;
  range: Pick<TimeRangeState, "typed" | "resolve" | "compare">;
  /** Seconds per point; chosen by the server unless told. */
  step?: number;
}

/** A query's answer, and the same of the period before where that was wanted. */
export interface MetricAnswer {
  now: MetricQueryResult;
  before: MetricQueryResult | null;
  range: { from: number; to: number };
}

/** Names per page of the list. */
const PAGE_SIZE = 200;

/** `GET /metric-names`, by name. */
export const metricNamesQuery = (project: string, find: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["metrics", project, "names", find],
    queryFn: ({ pageParam, signal }) =>
      apiGet<Page<MetricName>>(
        "/metric-names",
        { project, q: find, limit: PAGE_SIZE, cursor: pageParam },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });

/** `GET /metric-labels`: by what a metric can be filtered and grouped. */
export const metricLabelsQuery = (project: string, metric: string) =>
  queryOptions({
    queryKey: ["metrics", project, "labels", metric],
    queryFn: async ({ signal }) =>
      (await apiGet<{ data: MetricLabel[] }>("/metric-labels", { project, metric }, { signal })).data,
    staleTime: 60_000,
  });

/** `GET /metric-query`; twice where the period before is wanted too. */
export const metricQuery = (scope: MetricScope, query: MetricQuery) =>
  queryOptions({
    queryKey: ["metrics", scope.project, "query", query, scope.step, scope.range.typed, scope.range.compare],
    queryFn: async ({ signal }): Promise<MetricAnswer> => {
      const { from, to } = scope.range.resolve();
      const ask = (start: number, end: number, step: number | undefined) =>
        apiGet<MetricQueryResult>(
          "/metric-query",
          {
            ...query,
            project: scope.project,
            step,
            from: new Date(start).toISOString(),
            to: new Date(end).toISOString(),
          },
          { signal },
        );
      const now = await ask(from, to, scope.step);
      const before = scope.range.compare ? await ask(from - (to - from), from, now.step_seconds) : null;
      return { now, before, range: { from, to } };
    },
    placeholderData: keepPreviousData,
  });

/** `GET /metric-exemplars`: single measurements behind a metric, with their traces. */
export const metricExemplarsQuery = (scope: MetricScope, query: MetricQuery) =>
  queryOptions({
    queryKey: ["metrics", scope.project, "exemplars", query.metric, query.where, scope.range.typed],
    queryFn: async ({ signal }) => {
      const { from, to } = scope.range.resolve();
      const params = {
        project: scope.project,
        metric: query.metric,
        where: query.where,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        limit: 50,
      };
      return apiGet<{ data: MetricExemplar[]; truncated: boolean }>("/metric-exemplars", params, { signal });
    },
    placeholderData: keepPreviousData,
  });
