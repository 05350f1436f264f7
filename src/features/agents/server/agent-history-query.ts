import type { Kysely } from "kysely";
import type { Database } from "#platform/postgres/database.ts";
import type { AgentTables } from "./agent-tables.ts";

/** Reads what an agent was: its configurations and versions. */
export class AgentHistoryReader {
  private readonly database: Kysely<AgentTables>;

  constructor(database: Database) {
    this.database = database.withTables<AgentTables>();
  }

  /** Configurations, newest first; `before` is the last version of the page before. */
  configurations(projectId: string, agentId: string, limit: number, before?: number) {
    let query = this.database
      .selectFrom("agent_configurations as history")
      .innerJoin("agents", "agents.id", "history.agent_id")
      .select(["history.config_version", "history.configuration", "history.changed_by", "history.created_at"])
      .where("agents.project_id", "=", projectId)
      .where("history.agent_id", "=", agentId)
      .orderBy("history.config_version", "desc")
      .limit(limit);
    if (before !== undefined) query = query.where("history.config_version", "<", before);
    return query.execute();
  }

  /** Versions it ran as, newest first, at most 50. */
  versions(projectId: string, agentId: string) {
    return this.database
      .selectFrom("agent_versions as history")
      .innerJoin("agents", "agents.id", "history.agent_id")
      .select([
        "history.version",
        "history.first_seen_at",
        "history.last_seen_at",
        "agents.version as current",
        "agents.last_seen_at as agent_last_seen_at",
      ])
      .where("agents.project_id", "=", projectId)
      .where("history.agent_id", "=", agentId)
      .orderBy("history.first_seen_at", "desc")
      .limit(50)
      .execute();
  }
}
