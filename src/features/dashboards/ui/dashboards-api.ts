import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { AgentListItem, AgentStatus } from "#features/agents/agent-contract.ts";
import type { FacetsAnswer } from "#features/analytics/analytics-contract.ts";
import type { AnalyticsScope } from "#features/analytics/ui/analytics-api.ts";
import type { Page } from "#platform/http/http-contract.ts";
import { apiGet } from "#web/lib/api-client.ts";
import type { Overview } from "../dashboard-contract.ts";

/** `GET /dashboard/overview`. */
export const overviewQuery = (scope: AnalyticsScope) =>
  queryOptions({
    queryKey: ["dashboards", scope.project, "overview", scope.filter, scope.range.typed, scope.timeZone],
    queryFn: ({ signal }) =>
      apiGet<Overview>(
        "/dashboard/overview",
        { ...scope.filter, project: scope.project, ...scope.range.apiParams(), timezone: scope.timeZone },
        { signal },
      ),
    placeholderData: keepPreviousData,
  });

/** The agents that need a look, worst first. */
export const unhealthyAgentsQuery = (project: string) =>
  queryOptions({
    queryKey: ["dashboards", project, "unhealthy"],
    queryFn: ({ signal }) =>
      apiGet<Page<AgentListItem>>(
        "/agents",
        { project, status: ["degraded", "offline"] satisfies AgentStatus[], sort: "status", limit: 6 },
        { signal },
      ),
  });

/** The environments in the range, for the filter. */
export const environmentsQuery = (scope: AnalyticsScope) =>
  queryOptions({
    queryKey: ["dashboards", scope.project, "environments", scope.range.typed],
    queryFn: async ({ signal }) => {
      const { facets } = await apiGet<FacetsAnswer>(
        "/analytics/facets",
        { project: scope.project, ...scope.range.apiParams(), dimension: "environment", limit: 50 },
        { signal },
      );
      return facets.find((facet) => facet.dimension === "environment")?.values ?? [];
    },
    staleTime: 60_000,
  });
