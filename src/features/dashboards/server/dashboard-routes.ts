import { z } from "zod";
import type { Ask } from "#features/analytics/server/index.ts";
import type { Rollups } from "#features/rollups/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { abortSignalOf } from "#platform/http/abort-signal.ts";
import { projectOf } from "#platform/http/access.ts";
import { problemSchema } from "#platform/http/http-contract.ts";
import type { HttpServer } from "#platform/http/server.ts";
import { parseTimeRange } from "#platform/http/time-input.ts";
import {
  type AgentsSummary,
  agentsSummaryQuerySchema,
  agentsSummarySchema,
  dashboardMetricsQuerySchema,
  dashboardMetricsSchema,
  OVERVIEW_MEASURES,
  type Overview,
  overviewQuerySchema,
  overviewSchema,
  TIME_RANGES,
  type TimeRangeName,
} from "../dashboard-contract.ts";
import { readAgentsSummary } from "./agents-summary-query.ts";
import { changeOf, readPanels } from "./measure-panels.ts";
import { readRecentFailures } from "./recent-failures-query.ts";
import { readTopMovers } from "./top-movers.ts";

type AgentStatus = NonNullable<AgentsSummary["data"][number]["status"]>;

/** What dashboards are read with. */
export interface DashboardParts {
  store: TelemetryStore;
  rollups: Rollups;
  /** The status of a project's agents now, by name. */
  agentStatuses: (projectId: string) => Promise<ReadonlyMap<string, AgentStatus>>;
}

const HOUR_MS = 3_600_000;
const RANGE_MS: Record<TimeRangeName, number> = {
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 7 * 24 * HOUR_MS,
  "30d": 30 * 24 * HOUR_MS,
  "90d": 90 * 24 * HOUR_MS,
};
const RECENT_FAILURES = 10;

/** What the overview shows: measures with the period before, what changed, what failed, and the agents. */
export function registerDashboardRoutes(app: HttpServer, parts: DashboardParts): void {
  const ask = (
    request: Parameters<typeof projectOf>[0],
    reply: Parameters<typeof abortSignalOf>[0],
  ): Ask => ({
    store: parts.store,
    rollups: parts.rollups,
    projectId: projectOf(request).id,
    signal: abortSignalOf(reply),
  });

  app.get(
    "/api/v1/dashboard/overview",
    {
      config: { access: "dashboards:read", shared: true },
      schema: {
        tags: ["dashboard"],
        summary: "The state of a project at a glance",
        querystring: overviewQuerySchema,
        response: { 200: overviewSchema, 400: problemSchema },
      },
    },
    async (request, reply): Promise<Overview> => {
      const { timezone, environment, agent } = request.query;
      const range = parseTimeRange(request.query, Date.now());
      const question = ask(request, reply);
      const filter = filterOf({ environment, agent });
      const [{ times, panels }, movers, failures, statuses] = await Promise.all([
        readPanels(question, { filter, range, measures: OVERVIEW_MEASURES, step: "auto", timezone }),
        readTopMovers(question, { filter, range }),
        readRecentFailures(question, { filter, range, limit: RECENT_FAILURES }),
        parts.agentStatuses(question.projectId),
      ]);
      return {
        from: new Date(range.fromMs).toISOString(),
        to: new Date(range.toMs).toISOString(),
        previous_from: new Date(Math.max(0, 2 * range.fromMs - range.toMs)).toISOString(),
        agents: statuses.size === 0 ? null : countStatuses([...statuses.values()]),
        times,
        measures: OVERVIEW_MEASURES.map((measure) => {
          const { value, previous, values } = panels[measure]!;
          return { measure, value, previous, change: changeOf(value, previous), values };
        }),
        top_movers: movers,
        recent_failures: failures,
      };
    },
  );

  app.get(
    "/api/v1/dashboard/metrics/:timerange",
    {
      config: { access: "dashboards:read", shared: true },
      schema: {
        tags: ["dashboard"],
        summary: "The overview's measures over a range that ends now",
        params: z.object({ timerange: z.enum(TIME_RANGES) }),
        querystring: dashboardMetricsQuerySchema,
        response: { 200: dashboardMetricsSchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { timerange } = request.params;
      const { timezone, environment, agent } = request.query;
      const toMs = Date.now();
      const range = { fromMs: toMs - RANGE_MS[timerange], toMs };
      const filter = filterOf({ environment, agent });
      const question = { filter, range, measures: OVERVIEW_MEASURES, step: "auto" as const, timezone };
      const { times, step, panels } = await readPanels(ask(request, reply), question);
      return {
        timerange,
        from: new Date(range.fromMs).toISOString(),
        to: new Date(range.toMs).toISOString(),
        step,
        times,
        metrics: panels,
      };
    },
  );

  app.get(
    "/api/v1/dashboard/agents/summary",
    {
      config: { access: "dashboards:read", shared: true },
      schema: {
        tags: ["dashboard"],
        summary: "Every agent with its status and what it did in a range",
        querystring: agentsSummaryQuerySchema,
        response: { 200: agentsSummarySchema, 400: problemSchema },
      },
    },
    async (request, reply) => {
      const { timezone, environment, limit } = request.query;
      const range = parseTimeRange(request.query, Date.now());
      const question = ask(request, reply);
      const statuses = await parts.agentStatuses(question.projectId);
      const filter = filterOf({ environment });
      return readAgentsSummary(question, { filter, range, timezone, statuses, limit });
    },
  );
}

const filterOf = (filter: Pick<SpanFilter, "environment" | "agent">): SpanFilter => filter;

function countStatuses(statuses: readonly AgentStatus[]): NonNullable<Overview["agents"]> {
  const counts = { total: statuses.length, running: 0, idle: 0, degraded: 0, offline: 0 };
  for (const status of statuses) counts[status]++;
  return counts;
}
