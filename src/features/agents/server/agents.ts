import type { IngestService } from "#features/ingest/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { Database } from "#platform/postgres/database.ts";
import type { ReadReportedRuns } from "./agent-activity-query.ts";
import { AgentArrivals } from "./agent-arrivals.ts";
import type { AgentDirectives } from "./agent-directives.ts";
import { AgentHistoryReader } from "./agent-history-query.ts";
import { AgentLife } from "./agent-life.ts";
import { AgentListReader } from "./agent-list-query.ts";
import { AgentRegistry } from "./agent-registry.ts";
import { registerAgentReportingRoutes } from "./agent-reporting-routes.ts";
import { registerAgentRoutes } from "./agent-routes.ts";
import { AgentSignStore } from "./agent-signs.ts";
import { AgentStore } from "./agent-store.ts";
import { registerEventIntake } from "./events/event-routes.ts";
import { EventWriter } from "./events/event-writer.ts";
import { HeartbeatSamples } from "./heartbeat-samples.ts";
import { SpanOutcomes } from "./span-outcomes.ts";

/** What agents are made of. */
export interface AgentParts {
  database: Database;
  telemetry: TelemetryStore;
  events: EventBus;
  logger: Logger;
  directives: AgentDirectives;
}

/** The agents of all projects: who they are, who is alive, and the events they report. */
export class Agents {
  readonly registry: AgentRegistry;
  readonly events: EventWriter;
  readonly logger: Logger;
  private readonly life: AgentLife;
  private readonly arrivals: AgentArrivals;

  private constructor(parts: AgentParts, events: EventWriter) {
    const { database, telemetry, logger } = parts;
    const spanOutcomes = new SpanOutcomes(telemetry);
    this.events = events;
    this.logger = logger;
    this.life = new AgentLife({
      store: new AgentSignStore(database),
      spanOutcomes,
      events: parts.events,
      logger,
    });
    this.arrivals = new AgentArrivals({
      database,
      telemetry,
      life: this.life,
      spanOutcomes,
      events: parts.events,
      logger,
    });
    this.registry = new AgentRegistry({
      store: new AgentStore(database),
      life: this.life,
      events: parts.events,
      directives: parts.directives,
    });
  }

  static async open(parts: AgentParts): Promise<Agents> {
    return new Agents(parts, await EventWriter.open(parts.telemetry, parts.logger));
  }

  /** Takes up agents whose first span came just before a crash, and begins to look for those that fall silent. */
  async start(): Promise<void> {
    await this.arrivals.reconcile();
    this.life.start();
  }

  /** Looks once at every agent that is alive, as it happens every two seconds after `start`. */
  sweep(nowMs: number): Promise<void> {
    return this.life.sweep(nowMs);
  }

  /** Resolves when everything heard so far is written down. */
  async flush(): Promise<void> {
    await this.arrivals.flush();
    await this.life.flush();
    await this.events.drain();
  }

  /** Stops looking and writes what has gathered. */
  async stop(): Promise<void> {
    await this.arrivals.flush();
    await this.life.stop();
    await this.events.drain();
  }
}

/** Everything agents answer under `/api/v1/agents`. */
export async function registerAgents(
  app: HttpServer,
  parts: {
    agents: Agents;
    database: Database;
    store: TelemetryStore;
    ingest: IngestService;
    reportedRuns: ReadReportedRuns;
  },
): Promise<void> {
  const { registry, events: writer, logger } = parts.agents;
  const { store, ingest, reportedRuns } = parts;
  registerAgentRoutes(app, { registry, list: new AgentListReader(parts.database), store, reportedRuns });
  registerAgentReportingRoutes(app, {
    registry,
    history: new AgentHistoryReader(parts.database),
    store,
    samples: new HeartbeatSamples(ingest, logger),
  });
  await registerEventIntake(app, { ingest, registry, writer });
}
