import { otlpEndpoint } from "#config/config.ts";
import { registerApiKeyRoutes } from "#features/api-keys/server/index.ts";
import { createAuthenticate, registerAuthRoutes } from "#features/auth/server/index.ts";
import { registerIngestStatusRoutes, registerOtlpRoutes } from "#features/ingest/server/index.ts";
import { registerLiveRoutes } from "#features/live/server/index.ts";
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
  });
  await registerOtlpRoutes(app, context.ingest, context.metrics);
  registerAuthRoutes(app, {
    users: context.users,
    sessions: context.sessions,
    throttle: context.throttle,
    secureCookies: context.config.http.secureCookies,
  });
  registerApiKeyRoutes(app, context.apiKeys, context.apiKeyVerifier);
  registerIngestStatusRoutes(app, {
    store: context.stores.telemetry,
    ingest: context.ingest,
    otlpEndpoint: () => otlpEndpoint(context.config),
  });
  registerTraceRoutes(app, context.stores.telemetry);
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
