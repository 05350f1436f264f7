import type { AgentRegistry, ReadReportedRuns } from "#features/agents/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { HttpServer } from "#platform/http/server.ts";
import type { Database } from "#platform/postgres/database.ts";
import type { ExecutionSources } from "./execution-list.ts";
import { registerExecutionRoutes } from "./execution-routes.ts";
import { ExecutionStore } from "./execution-store.ts";
import { ReportedRunReader } from "./reported-list-query.ts";

/** Runs of agents: reported ones from the ledger, the others from the spans. */
export class Executions {
  readonly sources: ExecutionSources;
  /** For sparklines: reported runs that no trace tells of. */
  readonly reportedRuns: ReadReportedRuns;

  constructor(parts: { database: Database; telemetry: TelemetryStore; registry: AgentRegistry }) {
    const { database, telemetry, registry } = parts;
    const reported = new ReportedRunReader(database);
    this.sources = {
      store: new ExecutionStore(database),
      reported,
      telemetry,
      agentIds: (projectId, names) => registry.idsByName(projectId, names),
    };
    this.reportedRuns = (projectId, agentIds, range) => reported.activity(projectId, agentIds, range);
  }
}

/** Everything executions answer under `/api/v1/executions`. */
export function registerExecutions(
  app: HttpServer,
  executions: Executions,
  parts: { registry: AgentRegistry; events: EventBus },
): void {
  registerExecutionRoutes(app, executions.sources, parts);
}
