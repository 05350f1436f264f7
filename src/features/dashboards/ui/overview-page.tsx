import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Plug, X } from "lucide-react";
import { useMemo } from "react";
import type { AnalyticsScope } from "#features/analytics/ui/analytics-api.ts";
import { ingestStatusQuery } from "#features/ingest/ui/ingest-api.ts";
import { StatTile } from "#web/charts/stat-tile.tsx";
import { useTimeZone } from "#web/lib/time-zone.ts";
import { useTimeRange } from "#web/lib/use-time-range.ts";
import { buttonClass } from "#web/ui/button.tsx";
import { EmptyState } from "#web/ui/empty-state.tsx";
import { PageHeader } from "#web/ui/page-header.tsx";
import { Select } from "#web/ui/select.tsx";
import { AgentHealth } from "./agent-health.tsx";
import { environmentsQuery, overviewQuery } from "./dashboards-api.ts";
import { LiveCounter } from "./live-counter.tsx";
import { measureLook } from "./model/measures.ts";
import { OVERVIEW_MEASURES } from "./model/overview-measures.ts";
import { type OverviewSearch, parseOverviewSearch } from "./model/overview-search.ts";
import { OverviewCharts } from "./overview-charts.tsx";
import { PageLink } from "./page-link.tsx";
import { RecentFailures } from "./recent-failures.tsx";
import { TopList } from "./top-list.tsx";
import { TopMovers } from "./top-movers.tsx";

/** How all agents of the project are doing: health, work, errors, latency, tokens, cost, and what changed. */
export function OverviewPage() {
  const { project = "" } = useParams({ strict: false });
  const status = useQuery(ingestStatusQuery(project));
  if (status.data?.first_span_at === null) return <NothingYet project={project} />;
  return <OverviewBody key={project} project={project} />;
}

function OverviewBody({ project }: { project: string }) {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => parseOverviewSearch(raw), [raw]);
  const navigate = useNavigate();
  const range = useTimeRange();
  const timeZone = useTimeZone();
  const { environment, agent } = search;
  const scope: AnalyticsScope = useMemo(
    () => ({ project, range, timeZone, filter: { environment, agent } }),
    [project, range, timeZone, environment, agent],
  );
  const patch = (change: Partial<OverviewSearch>) =>
    navigate({
      to: ".",
      search: ((before: Record<string, unknown>) => ({ ...before, ...change })) as never,
      resetScroll: false,
    });
  const overview = useQuery(overviewQuery(scope));
  const environments = useQuery(environmentsQuery(scope));
  const narrowed = { ...(environment && { environment }), ...(agent && { agent }) };
  const shown = {
    project,
    loading: overview.isPending,
    error: overview.error,
    onRetry: () => void overview.refetch(),
  };
  const measures = new Map(overview.data?.measures.map((each) => [each.measure, each]));
  // A project's first day is not news in every figure.
  const hasBefore = [...measures.values()].some((each) => (each.previous ?? 0) > 0);

  return (
    <div className="mx-auto w-full max-w-[100rem] px-4 py-5 md:px-6">
      <PageHeader
        title="Overview"
        actions={
          <>
            <LiveCounter project={project} range={range} />
            {agent && (
              <span className="inline-flex h-7 max-w-60 items-center rounded-full border border-border bg-surface pl-2.5 text-xs">
                <span className="mr-1 text-text-muted">agent</span>
                <span className="truncate font-medium">{agent}</span>
                <button
                  type="button"
                  aria-label={`Remove filter agent ${agent}`}
                  onClick={() => patch({ agent: undefined })}
                  className="ml-0.5 inline-flex size-6 items-center justify-center rounded-full hover:bg-surface-hover"
                >
                  <X aria-hidden size={12} />
                </button>
              </span>
            )}
            {((environments.data?.length ?? 0) > 1 || environment !== undefined) && (
              <Select
                size="sm"
                aria-label="Environment"
                value={environment ?? ""}
                onChange={(event) => patch({ environment: event.target.value || undefined })}
              >
                <option value="">All environments</option>
                {environment && !environments.data?.some((each) => each.value === environment) && (
                  <option value={environment}>{environment}</option>
                )}
                {environments.data
                  ?.filter((each) => each.value !== "")
                  .map((each) => (
                    <option key={each.value} value={each.value}>
                      {each.value}
                    </option>
                  ))}
              </Select>
            )}
          </>
        }
      />
      <div className="space-y-3">
        <section aria-label="Figures" className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-9">
          {OVERVIEW_MEASURES.map((measure) => {
            const look = measureLook(measure);
            const known = measures.get(measure);
            return (
              <StatTile
                key={measure}
                label={look.label}
                unit={look.unit}
                better={look.better}
                value={known?.value}
                previous={hasBefore ? known?.previous : undefined}
                values={known?.values}
                loading={overview.isPending}
                error={overview.error}
                link={(content, className) => (
                  <PageLink
                    project={project}
                    page={look.page}
                    search={{ ...look.search, ...narrowed }}
                    className={className}
                  >
                    {content}
                  </PageLink>
                )}
              />
            );
          })}
        </section>
        <div className="grid gap-3 lg:grid-cols-3">
          <AgentHealth {...shown} counts={overview.data?.agents} />
          <TopMovers {...shown} hasBefore={hasBefore} movers={overview.data?.top_movers} />
          <RecentFailures {...shown} failures={overview.data?.recent_failures} />
        </div>
        <OverviewCharts scope={scope} />
        <div className="grid gap-3 lg:grid-cols-3">
          <TopList
            title="Top agents"
            scope={scope}
            dimension="agent"
            measure={search.agents_by ?? "cost_usd"}
            onMeasure={(agents_by) => patch({ agents_by })}
            linkTo={(name) => ({ page: "overview", search: { ...narrowed, agent: name } })}
          />
          <TopList
            title="Top models"
            scope={scope}
            dimension="model"
            measure={search.models_by ?? "cost_usd"}
            onMeasure={(models_by) => patch({ models_by })}
            linkTo={(name) => ({ page: "traces", search: { ...narrowed, model: name } })}
          />
          <TopList
            title="Top tools"
            scope={scope}
            dimension="tool"
            measure={search.tools_by ?? "duration_p95_ms"}
            onMeasure={(tools_by) => patch({ tools_by })}
            linkTo={(name) => ({ page: "traces", search: { ...narrowed, tool: name } })}
          />
        </div>
      </div>
    </div>
  );
}

function NothingYet({ project }: { project: string }) {
  return (
    <div className="py-10">
      <EmptyState
        level="h1"
        icon={<Plug size={20} />}
        title="Nothing to oversee yet"
        why="This page tells how your agents are doing: work, errors, latency, tokens and cost. Nothing has been sent to this project so far."
        action={
          <Link to="/p/$project/connect" params={{ project }} className={buttonClass("primary")}>
            Connect an agent
          </Link>
        }
      />
    </div>
  );
}
