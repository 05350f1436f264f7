import { join } from "node:path";
import type pg from "pg";
import type { Config } from "#config/config.ts";
import { type EmbeddedEngines, startEngines } from "#embedded/index.ts";
import { ProjectStore } from "#features/access/server/index.ts";
import { Agents, agentPolicy } from "#features/agents/server/index.ts";
import { analyticsPolicy } from "#features/analytics/server/index.ts";
import { ApiKeyStore, ApiKeyVerifier, apiKeyPolicy } from "#features/api-keys/server/index.ts";
import {
  AttributeMappingStore,
  attributeMappingPolicy,
  ProjectMappings,
} from "#features/attribute-mappings/server/index.ts";
import { LoginThrottle, SessionStore, UserStore } from "#features/auth/server/index.ts";
import { type Costs, costPolicy, openCosts } from "#features/costs/server/index.ts";
import { dashboardPolicy } from "#features/dashboards/server/index.ts";
import { endUserPolicy } from "#features/end-users/server/index.ts";
import { scorePolicy } from "#features/evaluations/server/index.ts";
import {
  Executions,
  executionEraser,
  executionExpiryJob,
  executionPolicy,
} from "#features/executions/server/index.ts";
import { exportPolicy } from "#features/exports/server/index.ts";
import { IngestService, ingestPolicy } from "#features/ingest/server/index.ts";
import { LiveHub } from "#features/live/server/index.ts";
import { logPolicy } from "#features/logs/server/index.ts";
import { metricPolicy } from "#features/metrics/server/index.ts";
import {
  ContentEpochs,
  DeletionStore,
  defineRetentionJobs,
  RetentionStore,
  retentionPolicy,
} from "#features/retention/server/index.ts";
import { defineRollupJobs, Rollups } from "#features/rollups/server/index.ts";
import { SavedViewStore, savedViewPolicy } from "#features/saved-views/server/index.ts";
import { sessionPolicy } from "#features/sessions/server/index.ts";
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
  agents: Agents;
  executions: Executions;
  retention: RetentionStore;
  deletions: DeletionStore;
  contentEpochs: ContentEpochs;
  attributeMappings: AttributeMappingStore;
  costs: Costs;
  projectMappings: ProjectMappings;
  events: EventBus;
  savedViews: SavedViewStore;
  rollups: Rollups;
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
  const permissions = permissionsByRole([
    agentPolicy,
    executionPolicy,
    analyticsPolicy,
    dashboardPolicy,
    exportPolicy,
    apiKeyPolicy,
    attributeMappingPolicy,
    costPolicy,
    ingestPolicy,
    logPolicy,
    metricPolicy,
    retentionPolicy,
    scorePolicy,
    tracePolicy,
    endUserPolicy,
    savedViewPolicy,
    sessionPolicy,
  ]);
  const apiKeys = new ApiKeyStore(stores.database);
  const attributeMappings = new AttributeMappingStore(stores.database);
  const projectMappings = await ProjectMappings.open(attributeMappings, logger);
  const contentEpochs = await ContentEpochs.open(stores.database, logger);
  const retention = new RetentionStore(stores.database);
  const deletions = new DeletionStore(stores.database);
  const jobs = new JobRunner(stores.pool, logger);
  const store = stores.telemetry;
  const rollups = new Rollups(stores.pool, store);
  defineRollupJobs(jobs, rollups, stores.pool, logger);
  const markDirty = async (projectId: string, fromMs: number, toMs: number) => {
    await rollups.markDirty(projectId, fromMs, toMs);
  };
  const readPermissions = new Set(
    [...permissions.viewer].filter((permission) => permission.endsWith(":read")),
  );
  const apiKeyVerifier = new ApiKeyVerifier(apiKeys, readPermissions, logger);
  const costs = await openCosts({
    database: stores.database,
    pool: stores.pool,
    telemetry: stores.telemetry,
    events,
    logger,
    jobs,
    apiKeys,
    apiKeyVerifier,
    markDirty,
  });
  defineRetentionJobs(jobs, {
    store,
    database: stores.database,
    settings: retention,
    deletions,
    epochs: contentEpochs,
    erasers: [executionEraser(stores.pool)],
    rollups,
    logger,
  });
  jobs.define(executionExpiryJob({ pool: stores.pool, settings: retention }));
  const agents = await Agents.open({
    database: stores.database,
    telemetry: stores.telemetry,
    events,
    logger,
    directives: costs.directives,
  });
  return {
    config,
    logger,
    metrics,
    stores,
    users: new UserStore(stores.database),
    sessions: new SessionStore(stores.database),
    savedViews: new SavedViewStore(stores.database),
    throttle: new LoginThrottle(),
    projects: new ProjectStore(stores.database),
    permissions,
    apiKeys,
    apiKeyVerifier,
    ingest: await IngestService.open(
      {
        store: stores.telemetry,
        events,
        logger,
        storedTotal: metrics.spansStored,
        duplicatesTotal: metrics.spansDuplicate,
        pricer: costs.pricer,
        mappings: projectMappings,
        contentEpochs,
        markLate: (projectId, hours) => rollups.markLate(projectId, hours),
      },
      config.ingest,
      metrics,
    ),
    live: new LiveHub(events),
    agents,
    executions: new Executions({
      database: stores.database,
      telemetry: stores.telemetry,
      registry: agents.registry,
    }),
    attributeMappings,
    costs,
    rollups,
    projectMappings,
    events,
    jobs,
    retention,
    deletions,
    contentEpochs,
  };
}
