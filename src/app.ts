import { otlpEndpoint } from "#config/config.ts";
import { readAgentStatuses, registerAgents } from "#features/agents/server/index.ts";
import { registerAnalyticsRoutes } from "#features/analytics/server/index.ts";
import { registerApiKeyRoutes } from "#features/api-keys/server/index.ts";
import { registerAttributeMappingRoutes } from "#features/attribute-mappings/server/index.ts";
import {
  createAuthenticate,
  createKeyAuthenticate,
  registerAuthRoutes,
} from "#features/auth/server/index.ts";
import { registerDashboardRoutes } from "#features/dashboards/server/index.ts";
import { registerEndUserRoutes } from "#features/end-users/server/index.ts";
import { registerScoreRoutes } from "#features/evaluations/server/index.ts";
import { registerExecutions } from "#features/executions/server/index.ts";
import { registerExportRoutes } from "#features/exports/server/index.ts";
import {
  type OtlpGrpcServer,
  registerInfluxRoutes,
  registerIngestStatusRoutes,
  registerOtlpRoutes,
  registerRemoteWriteRoutes,
  startOtlpGrpcServer,
} from "#features/ingest/server/index.ts";
import { registerLiveRoutes } from "#features/live/server/index.ts";
import { registerLogRoutes } from "#features/logs/server/index.ts";
import { registerHostMetricRoutes, registerMetricRoutes } from "#features/metrics/server/index.ts";
import { registerDeletionRoutes, registerRetentionRoutes } from "#features/retention/server/index.ts";
import { registerSavedViewRoutes } from "#features/saved-views/server/index.ts";
import { registerSessionRoutes } from "#features/sessions/server/index.ts";
import {
  type HealthCheck,
  type Lifecycle,
  registerHealthRoutes,
  registerMetricsRoute,
} from "#features/system/server/index.ts";
import { registerTraceRoutes } from "#features/traces/server/index.ts";
import { registerOpenApi } from "#platform/http/openapi.ts";
import { sendNotFound } from "#platform/http/problem.ts";
import { createHttpServer, type HttpServer } from "#platform/http/server.ts";
import { registerWebApp } from "#platform/http/web-app.ts";
import type { Context } from "./context.ts";

/** The product's HTTP app: what is registered here is what there is. */
export async function createApp(context: Context, lifecycle: Lifecycle): Promise<HttpServer> {
  const app = await createHttpServer(serverOptions(context));
  await registerOpenApi(app, { version: lifecycle.version, publicUrl: context.config.http.publicUrl });

  registerHealthRoutes(app, lifecycle, healthChecks(context));
  registerMetricsRoute(app, context.metrics, () => {
    context.metrics.ingestBufferedBytes.set(context.ingest.memory.usedBytes);
    context.metrics.liveStreams.set(context.live.listenerCount);
    context.metrics.spansUnpriced.set(context.costs.unpricedSpans());
  });
  await registerOtlpRoutes(app, context.ingest, context.metrics);
  await registerRemoteWriteRoutes(app, context.ingest, context.metrics);
  await registerInfluxRoutes(app, context.ingest, context.metrics);
  registerAuthRoutes(app, {
    users: context.users,
    sessions: context.sessions,
    throttle: context.throttle,
    secureCookies: context.config.http.secureCookies,
  });
  registerApiKeyRoutes(app, context.apiKeys, context.apiKeyVerifier);
  registerRetentionRoutes(app, {
    store: context.stores.telemetry,
    settings: context.retention,
    jobs: context.jobs,
  });
  registerDeletionRoutes(app, context.deletions, context.jobs);
  app.addHook("onClose", async () => context.contentEpochs.stop());
  context.costs.registerRoutes(app);
  app.addHook("onClose", () => context.costs.stop());
  registerAttributeMappingRoutes(app, context.attributeMappings, context.projectMappings);
  registerIngestStatusRoutes(app, {
    store: context.stores.telemetry,
    ingest: context.ingest,
    otlpEndpoint: () => otlpEndpoint(context.config),
  });
  registerTraceRoutes(app, context.stores.telemetry, context.projectMappings);
  registerDashboardRoutes(app, {
    store: context.stores.telemetry,
    rollups: context.rollups,
    agentStatuses: (projectId) => readAgentStatuses(context.stores.database, projectId),
  });
  registerExportRoutes(app, context.stores.telemetry);
  registerAnalyticsRoutes(app, { store: context.stores.telemetry, rollups: context.rollups });
  registerMetricRoutes(app, context.stores.telemetry);
  registerHostMetricRoutes(app, context.stores.telemetry);
  registerLogRoutes(app, {
    store: context.stores.telemetry,
    events: context.events,
    logger: context.logger,
  });
  registerScoreRoutes(app, context.stores.telemetry, context.ingest);
  registerSessionRoutes(app, context.stores.telemetry);
  registerEndUserRoutes(app, context.stores.telemetry);
  registerSavedViewRoutes(app, context.savedViews);
  await registerAgents(app, {
    agents: context.agents,
    database: context.stores.database,
    store: context.stores.telemetry,
    ingest: context.ingest,
    reportedRuns: context.executions.reportedRuns,
  });
  registerExecutions(app, context.executions, {
    registry: context.agents.registry,
    events: context.events,
  });
  registerLiveRoutes(app, context.live);
  await registerWebApp(app);
  return app;
}

/** The second listener, where OpenTelemetry exporters look by default: telemetry and nothing else. */
export async function createOtlpApp(context: Context): Promise<HttpServer> {
  const app = await createHttpServer(serverOptions(context));
  await registerOtlpRoutes(app, context.ingest, context.metrics);
  app.setNotFoundHandler((request, reply) => sendNotFound(request, reply));
  return app;
}

/** OTLP/gRPC, on a port of its own; it listens when this resolves. */
export function startGrpc(
  context: Context,
  address: { host: string; port: number },
): Promise<OtlpGrpcServer> {
  const { ingest, metrics, logger, apiKeyVerifier } = context;
  return startOtlpGrpcServer(
    { ingest, metrics, logger, authenticate: createKeyAuthenticate(apiKeyVerifier) },
    address,
  );
}

function serverOptions(context: Context) {
  return {
    logger: context.logger,
    metrics: context.metrics,
    trustProxy: context.config.http.trustProxy,
    secure: context.config.http.secureCookies,
    authenticate: createAuthenticate({
      sessions: context.sessions,
      projects: context.projects,
      apiKeys: context.apiKeyVerifier,
      permissions: context.permissions,
      secureCookies: context.config.http.secureCookies,
    }),
  };
}

function healthChecks({ stores }: Context): HealthCheck[] {
  return [
    {
      name: "postgres",
      check: async () => {
        await stores.pool.query("SELECT 1");
      },
    },
    {
      name: "clickhouse",
      check: async () => {
        await stores.telemetry.queryAll("SELECT 1 AS one");
      },
    },
  ];
}
