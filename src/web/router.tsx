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
import { profileQuery } from "#features/auth/ui/auth-api.ts";
import { ingestStatusQuery } from "#features/ingest/ui/ingest-api.ts";
import { parseTraceSearch, parseTracesSearch } from "#features/traces/ui/model/traces-search.ts";
import { LoadingBar } from "./layout/loading-bar.tsx";
import { NotFoundPage } from "./layout/not-found-page.tsx";
import { PagePending } from "./layout/page-pending.tsx";
import { RouteError } from "./layout/route-error.tsx";
import { Shell } from "./layout/shell.tsx";
import { lastProject } from "./lib/last-project.ts";
import { parseSearch, stringifySearch, textParam } from "./lib/search-params.ts";
import { parseTimeSearch } from "./lib/use-time-range.ts";
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

/** `/`: the last project's traces, or its Connect page while it has none. */
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
    throw redirect({ to: "/p/$project/traces", params, replace: true });
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
  validateSearch: parseTimeSearch,
  search: { middlewares: [retainSearchParams(["from", "to", "tz"])] },
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
    throw redirect({ to: "/p/$project/traces", params, replace: true });
  },
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

const connectRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/connect",
  validateSearch: (search): { tab?: string } => ({ tab: textParam(search.tab) }),
  component: lazyRouteComponent(() => import("#features/ingest/ui/index.ts"), "ConnectPage"),
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
  projectRoute.addChildren([projectIndexRoute, tracesRoute, traceRoute, connectRoute, apiKeysRoute]),
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
  }
}
