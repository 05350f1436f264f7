import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { parseAgentSearch, parseAgentsSearch } from "#features/agents/ui/agents-search.ts";
import { profileQuery } from "#features/auth/ui/auth-api.ts";
import { parseCostsSearch } from "#features/costs/ui/model/costs-search.ts";
import { parseOverviewSearch } from "#features/dashboards/ui/model/overview-search.ts";
import { parseEndUsersSearch } from "#features/end-users/ui/end-users-search.ts";
import { parseExecutionsSearch } from "#features/executions/ui/executions-search.ts";
import { ingestStatusQuery } from "#features/ingest/ui/ingest-api.ts";
import { parseLogsSearch } from "#features/logs/ui/model/logs-search.ts";
import { parseMetricsSearch } from "#features/metrics/ui/model/metrics-search.ts";
import { parseSessionSearch, parseSessionsSearch } from "#features/sessions/ui/sessions-search.ts";
import {
  parseCompareSearch,
  parseTraceSearch,
  parseTracesSearch,
} from "#features/traces/ui/model/traces-search.ts";
import { LoadingBar } from "./layout/loading-bar.tsx";
import { NotFoundPage } from "./layout/not-found-page.tsx";
import { PagePending } from "./layout/page-pending.tsx";
import { RouteError } from "./layout/route-error.tsx";
import { Shell } from "./layout/shell.tsx";
import { lastProject } from "./lib/last-project.ts";
import { parseSearch, stringifySearch, textParam } from "./lib/search-params.ts";
import { parseShellSearch, SHELL_SEARCH_NAMES } from "./lib/use-time-range.ts";
import { ToastRegion } from "./ui/toast.tsx";

interface RouterContext {
  queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: () => (
    <>
      <LoadingBar />
      <Outlet />
      <ToastRegion />
    </>
  ),
});

/** `/`: the last project's overview, or its Connect page while it has no data. */
const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: async ({ context: { queryClient } }) => {
    const { projects } = await queryClient.ensureQueryData(profileQuery);
    const project = projects.find((each) => each.slug === lastProject.get()) ?? projects[0];
    if (project === undefined) throw notFound();
    const params = { project: project.slug };
    const status = await queryClient.fetchQuery(ingestStatusQuery(project.slug)).catch(() => null);
    if (status?.first_span_at === null) throw redirect({ to: "/p/$project/connect", params, replace: true });
    throw redirect({ to: "/p/$project/overview", params, replace: true });
  },
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search): { return_to?: string } => ({ return_to: textParam(search.return_to) }),
  component: lazyRouteComponent(() => import("#features/auth/ui/index.ts"), "SignInPage"),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  validateSearch: (search): { token?: string } => ({ token: textParam(search.token) }),
  component: lazyRouteComponent(() => import("#features/auth/ui/index.ts"), "SetupPage"),
});

/** Everything of one project, in the shell; the time range goes with the user from page to page. */
const projectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/p/$project",
  validateSearch: parseShellSearch,
  search: { middlewares: [retainSearchParams([...SHELL_SEARCH_NAMES])] },
  beforeLoad: async ({ context: { queryClient }, params }) => {
    const { projects } = await queryClient.ensureQueryData(profileQuery);
    if (!projects.some((each) => each.slug === params.project || each.id === params.project))
      throw notFound();
  },
  component: Shell,
  pendingComponent: () => (
    <main>
      <PagePending />
    </main>
  ),
});

const projectIndexRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/p/$project/overview", params, replace: true });
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/overview",
  validateSearch: parseOverviewSearch,
  staticData: { timeRange: true, compare: true },
  component: lazyRouteComponent(() => import("#features/dashboards/ui/index.ts"), "OverviewPage"),
});

const agentsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/agents",
  validateSearch: parseAgentsSearch,
  staticData: { timeRange: true },
  component: lazyRouteComponent(() => import("#features/agents/ui/index.ts"), "AgentsPage"),
});

const agentRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/agents/$agentId",
  validateSearch: parseAgentSearch,
  staticData: { timeRange: true },
  component: lazyRouteComponent(() => import("#features/agents/ui/index.ts"), "AgentPage"),
});

const executionsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/executions",
  validateSearch: parseExecutionsSearch,
  staticData: { timeRange: true },
  component: lazyRouteComponent(() => import("#features/executions/ui/index.ts"), "ExecutionsPage"),
});

const executionRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/executions/$executionId",
  component: lazyRouteComponent(() => import("#features/executions/ui/index.ts"), "ExecutionPage"),
});

const tracesRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/traces",
  validateSearch: parseTracesSearch,
  staticData: { timeRange: true },
  component: lazyRouteComponent(() => import("#features/traces/ui/index.ts"), "TracesPage"),
});

const traceRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/traces/$traceId",
  validateSearch: parseTraceSearch,
  component: lazyRouteComponent(() => import("#features/traces/ui/index.ts"), "TracePage"),
});

const logsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/logs",
  validateSearch: parseLogsSearch,
  staticData: { timeRange: true },
  component: lazyRouteComponent(() => import("#features/logs/ui/index.ts"), "LogsPage"),
});

const metricsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/metrics",
  validateSearch: parseMetricsSearch,
  staticData: { timeRange: true, compare: true },
  component: lazyRouteComponent(() => import("#features/metrics/ui/index.ts"), "MetricsPage"),
});

const compareRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/traces/compare",
  validateSearch: parseCompareSearch,
  component: lazyRouteComponent(() => import("#features/traces/ui/compare/index.ts"), "ComparePage"),
});

const sessionsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/sessions",
  validateSearch: parseSessionsSearch,
  staticData: { timeRange: true },
  component: lazyRouteComponent(() => import("#features/sessions/ui/index.ts"), "SessionsPage"),
});

const sessionRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/sessions/$sessionId",
  validateSearch: parseSessionSearch,
  component: lazyRouteComponent(() => import("#features/sessions/ui/index.ts"), "SessionPage"),
});

const endUsersRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/users",
  validateSearch: parseEndUsersSearch,
  staticData: { timeRange: true },
  component: lazyRouteComponent(() => import("#features/end-users/ui/index.ts"), "EndUsersPage"),
});

const endUserRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/users/$userId",
  component: lazyRouteComponent(() => import("#features/end-users/ui/index.ts"), "EndUserPage"),
});

const costsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/costs",
  validateSearch: parseCostsSearch,
  staticData: { timeRange: true, compare: true },
  component: lazyRouteComponent(() => import("#features/costs/ui/index.ts"), "CostsPage"),
});

const connectRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/connect",
  validateSearch: (search): { tab?: string } => ({ tab: textParam(search.tab) }),
  component: lazyRouteComponent(() => import("#features/ingest/ui/index.ts"), "ConnectPage"),
});

const attributeMappingsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/settings/attribute-mapping",
  component: lazyRouteComponent(
    () => import("#features/attribute-mappings/ui/index.ts"),
    "AttributeMappingsPage",
  ),
});

const retentionRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/settings/retention",
  component: lazyRouteComponent(() => import("#features/retention/ui/index.ts"), "RetentionPage"),
});

const apiKeysRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/settings/keys",
  component: lazyRouteComponent(() => import("#features/api-keys/ui/index.ts"), "ApiKeysPage"),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  signInRoute,
  setupRoute,
  projectRoute.addChildren([
    projectIndexRoute,
    overviewRoute,
    agentsRoute,
    agentRoute,
    executionsRoute,
    executionRoute,
    logsRoute,
    metricsRoute,
    tracesRoute,
    traceRoute,
    compareRoute,
    sessionsRoute,
    sessionRoute,
    endUsersRoute,
    endUserRoute,
    costsRoute,
    connectRoute,
    apiKeysRoute,
    retentionRoute,
    attributeMappingsRoute,
  ]),
]);

/** The app's router: every page, in code, so that one file shows them all. */
export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    // Data freshness is React Query's business.
    defaultPreloadStaleTime: 0,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: RouteError,
    defaultPendingComponent: PagePending,
    defaultPendingMs: 200,
    scrollRestoration: true,
    scrollToTopSelectors: ["#content"],
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
  interface StaticDataRouteOption {
    /** The page shows data of the global time range: the top bar offers the picker. */
    timeRange?: boolean;
    /** The page can show the period before beside it: the top bar offers to. */
    compare?: boolean;
  }
}
