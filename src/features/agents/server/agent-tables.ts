import type { AgentRow } from "./agent-row.ts";

/** The tables of agents, as Kysely knows them. */
export type AgentTables = {
  agents: AgentRow;
  agent_versions: { agent_id: string; version: string; first_seen_at: Date; last_seen_at: Date };
  agent_configurations: {
    agent_id: string;
    config_version: number;
    configuration: Record<string, unknown>;
    changed_by: string;
    created_at: Date;
  };
};
