import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { apiGet, type Params } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import type { ExecutionDetail, ExecutionList } from "../execution-contract.ts";

const PAGE_SIZE = 50;

/** A page with the range it was read for, which the pages after it must share. */
export interface ExecutionPageData extends ExecutionList {
  from: string;
  to: string;
}

interface PageParam {
  cursor: string;
  from: string;
  to: string;
}

/** Which executions a list shows. */
export interface ExecutionScope {
  project: string;
  filter: Params;
  range: Pick<TimeRangeState, "typed" | "apiParams">;
}

/** One page; the first without `param`. */
export async function fetchExecutions(
  { project, filter, range }: ExecutionScope,
  param: PageParam | null,
  signal?: AbortSignal,
): Promise<ExecutionPageData> {
  const { from, to } = param ?? range.apiParams();
  const params = { ...filter, project, from, to, limit: PAGE_SIZE, cursor: param?.cursor };
  return { ...(await apiGet<ExecutionList>("/executions", params, { signal })), from, to };
}

/** `GET /executions`, page by page. */
export const executionsQuery = (scope: ExecutionScope) =>
  infiniteQueryOptions({
    queryKey: ["executions", scope.project, "list", scope.filter, scope.range.typed],
    queryFn: ({ pageParam, signal }) => fetchExecutions(scope, pageParam, signal),
    initialPageParam: null as PageParam | null,
    getNextPageParam: (last): PageParam | null =>
      last.next_cursor === null ? null : { cursor: last.next_cursor, from: last.from, to: last.to },
    staleTime: 10_000,
    refetchOnWindowFocus: false,
  });

/** `GET /executions/{id}`. */
export const executionQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ["executions", project, "one", id],
    queryFn: ({ signal }) =>
      apiGet<ExecutionDetail>(`/executions/${encodeURIComponent(id)}`, { project }, { signal }),
  });

/** The newest runs of one agent, for its page. */
export const recentExecutionsQuery = (project: string, agent: string, range: ExecutionScope["range"]) =>
  queryOptions({
    queryKey: ["executions", project, "recent", agent, range.typed],
    queryFn: ({ signal }) =>
      apiGet<ExecutionList>("/executions", { project, agent, limit: 50, ...range.apiParams() }, { signal }),
  });

/** Names of the project's agents, for the filter. */
export const agentNamesQuery = (project: string) =>
  queryOptions({
    queryKey: ["executions", project, "agent-names"],
    queryFn: async ({ signal }) => {
      const { data } = await apiGet<{ data: { name: string }[] }>(
        "/agents",
        { project, limit: 500 },
        { signal },
      );
      return data.map(({ name }) => name);
    },
    staleTime: 60_000,
  });
