import { join } from "node:path";
import type pg from "pg";
import type { Config } from "#config/config.ts";
import { type EmbeddedEngines, startEngines } from "#embedded/index.ts";
import { ProjectStore } from "#features/access/server/index.ts";
import { ApiKeyStore, ApiKeyVerifier, apiKeyPolicy } from "#features/api-keys/server/index.ts";
import { LoginThrottle, SessionStore, UserStore } from "#features/auth/server/index.ts";
import { IngestService, ingestPolicy } from "#features/ingest/server/index.ts";
import { LiveHub } from "#features/live/server/index.ts";
import { tracePolicy } from "#features/traces/server/index.ts";
import { permissionsByRole, type Role } from "#platform/authorization/policy.ts";
import type { Permission } from "#platform/authorization/principal.ts";
import { connectClickHouse, type TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { EventBus } from "#platform/events/event-bus.ts";
import { JobRunner } from "#platform/jobs/job-runner.ts";
import { migrate } from "#platform/migrations/migrate.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { createMetrics, type Metrics } from "#platform/observability/metrics.ts";
import { connectPostgres, type Database } from "#platform/postgres/database.ts";

/** Where the numbered SQL files are. */
export const MIGRATIONS_FOLDER = join(import.meta.dirname, "../migrations");

/** The two stores, connected, and the children behind them where they are embedded. */
export interface Stores {
  pool: pg.Pool;
  database: Database;
  telemetry: TelemetryStore;
  engines: EmbeddedEngines;
  close(): Promise<void>;
}

/** Everything a running process is made of; wired here by hand, handed out part by part. */
export interface Context {
  config: Config;
  logger: Logger;
  metrics: Metrics;
  stores: Stores;
  users: UserStore;
  sessions: SessionStore;
  throttle: LoginThrottle;
  projects: ProjectStore;
  permissions: Record<Role, ReadonlySet<Permission>>;
  apiKeys: ApiKeyStore;
  apiKeyVerifier: ApiKeyVerifier;
  ingest: IngestService;
  live: LiveHub;
  events: EventBus;
  jobs: JobRunner;
}

/** Starts the embedded engines where no URL is given, and connects to both stores. */
export async function openStores(config: Config, logger: Logger): Promise<Stores> {
  const { databaseUrl, clickhouseUrl, dataFolder, clickhouseMemoryBytes } = config.storage;
  const engines = await startEngines({
    dataFolder,
    // What the engines say while all is well is for those who look for it.
    logger: logger.level === "info" ? logger.child({}, { level: "warn" }) : logger,
    postgres: databaseUrl === undefined,
    clickhouse: clickhouseUrl === undefined,
    clickhouseMemoryLimitBytes: clickhouseMemoryBytes,
  });
  let closing = false;
  const { database, pool } = connectPostgres(databaseUrl ?? engines.databaseUrl!, (error) => {
    // The driver hangs its whole client on the error; code and sentence are what helps.
    const { code, message } = error as NodeJS.ErrnoException;
    if (!closing) logger.warn({ code, error: message }, "a PostgreSQL connection broke");
  });
  const telemetry = connectClickHouse(clickhouseUrl ?? embeddedClickHouseUrl(engines));
  return {
    pool,
    database,
    telemetry,
    engines,
    async close() {
      closing = true;
      await Promise.allSettled([pool.end(), telemetry.close()]);
      await engines.stop();
    },
  };
}

function embeddedClickHouseUrl(engines: EmbeddedEngines): string {
  const url = new URL(engines.clickhouseUrl!);
  url.username = engines.clickhouseUser ?? "";
  url.password = engines.clickhousePassword ?? "";
  return url.href;
}

/** Migrates the stores and wires the features. The caller closes `stores`. */
export async function createContext(config: Config, logger: Logger, stores: Stores): Promise<Context> {
  await migrate(stores, MIGRATIONS_FOLDER, {
    onApply: (store, name) => logger.info({ store, migration: name }, "migration applied"),
  });
  const metrics = createMetrics();
  const events = new EventBus();
  const permissions = permissionsByRole([apiKeyPolicy, ingestPolicy, tracePolicy]);
  const apiKeys = new ApiKeyStore(stores.database);
  const readPermissions = new Set(
    [...permissions.viewer].filter((permission) => permission.endsWith(":read")),
  );
  return {
    config,
    logger,
    metrics,
    stores,
    users: new UserStore(stores.database),
    sessions: new SessionStore(stores.database),
    throttle: new LoginThrottle(),
    projects: new ProjectStore(stores.database),
    permissions,
    apiKeys,
    apiKeyVerifier: new ApiKeyVerifier(apiKeys, readPermissions, logger),
    ingest: await IngestService.open(
      {
        store: stores.telemetry,
        events,
        logger,
        storedTotal: metrics.spansStored,
        duplicatesTotal: metrics.spansDuplicate,
      },
      config.ingest,
      metrics,
    ),
    live: new LiveHub(events),
    events,
    jobs: new JobRunner(stores.pool, logger),
  };
}
