import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Page } from "#platform/http/http-contract.ts";
import { apiGet, apiUrl } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import type { Log, LogFacets, LogFilter, LogHistogram } from "../logs-contract.ts";

const PAGE_SIZE = 200;

/** Which records are shown. */
export interface LogScope {
  project: string;
  filter: LogFilter;
  range: Pick<TimeRangeState, "typed" | "apiParams">;
}

interface PageParam {
  cursor: string;
  from: string;
  to: string;
}

const keyOf = (scope: LogScope, what: string) => [
  "logs",
  scope.project,
  what,
  scope.filter,
  scope.range.typed,
];

/** `GET /logs`, newest first, page by page; pages after the first share its range. */
export const logsQuery = (scope: LogScope) =>
  infiniteQueryOptions({
    queryKey: keyOf(scope, "list"),
    queryFn: async ({ pageParam, signal }) => {
      const { from, to } = pageParam ?? scope.range.apiParams();
      const params = {
        ...scope.filter,
        project: scope.project,
        from,
        to,
        limit: PAGE_SIZE,
        cursor: pageParam?.cursor,
      };
      return { ...(await apiGet<Page<Log>>("/logs", params, { signal })), from, to };
    },
    initialPageParam: null as PageParam | null,
    getNextPageParam: (last): PageParam | null =>
      last.next_cursor === null ? null : { cursor: last.next_cursor, from: last.from, to: last.to },
    refetchOnWindowFocus: false,
  });

/** `GET /logs/histogram`, with the range it was asked for in epoch milliseconds. */
export const logHistogramQuery = (scope: LogScope) =>
  queryOptions({
    queryKey: keyOf(scope, "histogram"),
    queryFn: async ({ signal }) => {
      const { from, to } = scope.range.apiParams();
      const params = { ...scope.filter, project: scope.project, from, to };
      const answer = await apiGet<LogHistogram>("/logs/histogram", params, { signal });
      return { ...answer, range: { from: Date.parse(from), to: Date.parse(to) } };
    },
    placeholderData: keepPreviousData,
  });

/** `GET /logs/facets`. */
export const logFacetsQuery = (scope: LogScope) =>
  queryOptions({
    queryKey: keyOf(scope, "facets"),
    queryFn: ({ signal }) =>
      apiGet<LogFacets>(
        "/logs/facets",
        { ...scope.filter, project: scope.project, ...scope.range.apiParams() },
        { signal },
      ),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

/** Whether the project has any record at all: tells "no logs yet" from "outside of the range". */
export const anyLogQuery = (project: string) =>
  queryOptions({
    queryKey: ["logs", project, "any"],
    queryFn: async ({ signal }) => {
      const params = { project, from: "2000-01-01T00:00:00Z", limit: 1 };
      return (await apiGet<Page<Log>>("/logs", params, { signal })).data[0] ?? null;
    },
  });

/** Lines of the same service just before and after a record, newest first; `around` is the record itself. */
export const logContextQuery = (project: string, log: Log, lines: number) =>
  queryOptions({
    queryKey: ["logs", project, "context", log.id, lines],
    queryFn: async ({ signal }) => {
      const at = Date.parse(log.time);
      const service = log.service === "" ? undefined : log.service;
      const ask = (from: number, to: number, limit: number) =>
        apiGet<Page<Log>>(
          "/logs",
          { project, service, from: new Date(from).toISOString(), to: new Date(to).toISOString(), limit },
          { signal },
        );
      // The list is newest first: of the minute after, the oldest lines are wanted, so all of it is read.
      const [after, before] = await Promise.all([
        ask(at + 1, at + AROUND_MS, 500),
        ask(at - AROUND_MS, at + 1, lines * 2 + 1),
      ]);
      const earlier = before.data.filter((each) => each.id !== log.id);
      const later = after.data.filter((each) => each.id !== log.id);
      return { later: later.slice(-lines), earlier: earlier.slice(0, lines) };
    },
    staleTime: 60_000,
  });
const AROUND_MS = 60_000;

/** Address of the live tail's event stream. */
export const logTailUrl = (project: string, filter: LogFilter) =>
  apiUrl("/logs/tail", { ...filter, project });

/** What happened since a time, newest first, at most a page: for a tail that could not be taken up again. */
export async function fetchLogsSince(project: string, filter: LogFilter, fromMs: number): Promise<Log[]> {
  const params = { ...filter, project, from: new Date(fromMs).toISOString(), limit: PAGE_SIZE };
  return (await apiGet<Page<Log>>("/logs", params)).data;
}
