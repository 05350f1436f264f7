import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Page } from "#platform/http/http-contract.ts";
import { apiGet, type Params } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import type { FirstInputs, Session, SessionDetail, Thread } from "../session-contract.ts";

const PAGE_SIZE = 50;

/** A page of sessions with the range it was read for, which the pages after it must share. */
interface SessionPage extends Page<Session> {
  from: string;
  to: string;
}

interface PageParam {
  cursor: string;
  from: string;
  to: string;
}

/** Which sessions a list shows. */
export interface SessionScope {
  project: string;
  filter: Params;
  range: Pick<TimeRangeState, "typed" | "apiParams">;
}

/** `GET /sessions`, page by page. */
export const sessionsQuery = ({ project, filter, range }: SessionScope) =>
  infiniteQueryOptions({
    queryKey: ["sessions", project, "list", filter, range.typed],
    queryFn: async ({ pageParam, signal }): Promise<SessionPage> => {
      const { from, to } = pageParam ?? range.apiParams();
      const params = {
        ...filter,
        project,
        from,
        to,
        limit: PAGE_SIZE,
        cursor: pageParam?.cursor,
      };
      return { ...(await apiGet<Page<Session>>("/sessions", params, { signal })), from, to };
    },
    initialPageParam: null as PageParam | null,
    getNextPageParam: (last): PageParam | null =>
      last.next_cursor === null ? null : { cursor: last.next_cursor, from: last.from, to: last.to },
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  });

/** `GET /sessions/first-inputs`: what was said first in traces, at most 50, by trace id. What was said stays. */
export const firstInputsQuery = (project: string, traceIds: readonly string[]) =>
  queryOptions({
    queryKey: ["sessions", project, "first-inputs", traceIds],
    queryFn: async ({ signal }) => {
      const params = { project, trace_id: traceIds };
      const { data } = await apiGet<FirstInputs>("/sessions/first-inputs", params, { signal });
      return new Map(data.map((one) => [one.trace_id, one.text]));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** `GET /sessions/{id}`: its figures and traces, without the conversation. */
export const sessionQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["sessions", project, "one", id],
    queryFn: ({ signal }) =>
      apiGet<SessionDetail>(`/sessions/${encodeURIComponent(id)}`, { project }, { signal }),
    staleTime: 10_000,
  });

/** The whole conversation of a session. */
export const sessionThreadQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["sessions", project, "thread", id],
    queryFn: async ({ signal }) => {
      const path = `/sessions/${encodeURIComponent(id)}`;
      const { thread } = await apiGet<SessionDetail>(path, { project, include: "thread" }, { signal });
      return thread;
    },
    staleTime: 10_000,
  });

/** `GET /traces/{traceId}/thread`. */
export const traceThreadQuery = (project: string, traceId: string) =>
  queryOptions({
    queryKey: ["sessions", project, "trace-thread", traceId],
    queryFn: ({ signal }) =>
      apiGet<Thread>(`/traces/${encodeURIComponent(traceId)}/thread`, { project }, { signal }),
    staleTime: 10_000,
  });
