import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { apiDelete, apiGet, apiPatch, type Params } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import type {
  AgentActivity,
  AgentConfigHistory,
  AgentDetail,
  AgentList,
  AgentPatch,
  AgentUsage,
  AgentVersions,
} from "../agent-contract.ts";
import type { AgentEventList, AgentMetrics, MetricStep } from "../agent-event-contract.ts";

const PAGE_SIZE = 60;
type Range = Pick<TimeRangeState, "typed" | "apiParams">;
const pathOf = (agent: string) => `/agents/${encodeURIComponent(agent)}`;

/** Everything that is cached of a project's agents. */
export const agentsKey = (project: string) => ["agents", project] as const;

/** `GET /agents`, page by page. */
export const agentsQuery = (project: string, filter: Params) =>
  infiniteQueryOptions({
    queryKey: [...agentsKey(project), "list", filter],
    queryFn: ({ pageParam, signal }) =>
      apiGet<AgentList>("/agents", { ...filter, project, limit: PAGE_SIZE, cursor: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  });

/** What the agents of one page did, by id: asked apart, so that the list need not wait for it. */
export const activityQuery = (project: string, filter: Params, cursor: string | null, range: Range) =>
  queryOptions({
    queryKey: ["agent-activity", project, filter, cursor, range.typed],
    queryFn: async ({ signal }) => {
      const { data } = await apiGet<AgentList>(
        "/agents",
        { ...filter, project, limit: PAGE_SIZE, cursor, include: "activity", ...range.apiParams() },
        { signal },
      );
      return new Map(
        data.flatMap(({ id, activity }): [string, AgentActivity][] => (activity ? [[id, activity]] : [])),
      );
    },
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  });

/** `GET /agents/{id}`. */
export const agentQuery = (project: string, agent: string) =>
  queryOptions({
    queryKey: [...agentsKey(project), "one", agent],
    queryFn: ({ signal }) => apiGet<AgentDetail>(pathOf(agent), { project }, { signal }),
  });

/** `GET /agents/{id}/metrics`. */
export const agentMetricsQuery = (project: string, agent: string, range: Range, step: MetricStep) =>
  queryOptions({
    queryKey: [...agentsKey(project), "metrics", agent, range.typed, step],
    queryFn: ({ signal }) =>
      apiGet<AgentMetrics>(`${pathOf(agent)}/metrics`, { project, step, ...range.apiParams() }, { signal }),
    placeholderData: keepPreviousData,
  });

/** `GET /agents/{id}/usage`. */
export const agentUsageQuery = (project: string, agent: string, range: Range) =>
  queryOptions({
    queryKey: [...agentsKey(project), "usage", agent, range.typed],
    queryFn: ({ signal }) =>
      apiGet<AgentUsage>(`${pathOf(agent)}/usage`, { project, ...range.apiParams() }, { signal }),
    placeholderData: keepPreviousData,
  });

/** `GET /agents/{id}/versions`. */
export const agentVersionsQuery = (project: string, agent: string, range: Range) =>
  queryOptions({
    queryKey: [...agentsKey(project), "versions", agent, range.typed],
    queryFn: ({ signal }) =>
      apiGet<AgentVersions>(`${pathOf(agent)}/versions`, { project, ...range.apiParams() }, { signal }),
    placeholderData: keepPreviousData,
  });

/** `GET /agents/{id}/config/history`. */
export const configHistoryQuery = (project: string, agent: string) =>
  queryOptions({
    queryKey: [...agentsKey(project), "config-history", agent],
    queryFn: ({ signal }) =>
      apiGet<AgentConfigHistory>(`${pathOf(agent)}/config/history`, { project, limit: 100 }, { signal }),
  });

/** `GET /agents/{id}/events`, page by page. */
export const agentEventsQuery = (project: string, agent: string, filter: Params, range: Range) =>
  infiniteQueryOptions({
    queryKey: [...agentsKey(project), "events", agent, filter, range.typed],
    queryFn: ({ pageParam, signal }) =>
      apiGet<AgentEventList>(
        `${pathOf(agent)}/events`,
        { ...filter, project, limit: 50, cursor: pageParam, ...range.apiParams() },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });

export const patchAgent = (project: string, agent: string, patch: AgentPatch) =>
  apiPatch<AgentDetail>(pathOf(agent), patch, { project });

export const archiveAgent = (project: string, agent: string) => apiDelete(pathOf(agent), { project });

export const purgeAgent = (project: string, agent: string) =>
  apiDelete(pathOf(agent), { project, purge: "true" });
