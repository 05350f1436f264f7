import type { Agent, AgentSource, AgentStatus } from "../agent-contract.ts";

/** A row of `agents`. */
export interface AgentRow {
  id: string;
  project_id: string;
  name: string;
  external_id: string | null;
  description: string;
  type: string;
  version: string;
  host: string;
  environment: string;
  tags: string[];
  metadata: Record<string, unknown>;
  configuration: Record<string, unknown>;
  config_version: number;
  source: AgentSource;
  status: AgentStatus;
  status_reason: string;
  status_changed_at: Date;
  reported_status: AgentStatus | "";
  heartbeat_interval_seconds: number;
  heartbeat_metrics: Record<string, unknown>;
  first_seen_at: Date;
  last_seen_at: Date;
  last_heartbeat_at: Date | null;
  last_telemetry_at: Date | null;
  updated_at: Date;
  archived_at: Date | null;
}

/** An agent as the API shows it, without its configuration. */
export function presentAgent(row: AgentRow): Agent {
  return {
    id: row.id,
    external_id: row.external_id,
    name: row.name,
    description: row.description,
    type: row.type,
    version: row.version,
    host: row.host,
    environment: row.environment,
    tags: row.tags,
    metadata: row.metadata,
    source: row.source,
    status: row.status,
    status_reason: row.status_reason,
    status_changed_at: row.status_changed_at.toISOString(),
    heartbeat_metrics: row.heartbeat_metrics,
    config_version: row.config_version,
    first_seen_at: row.first_seen_at.toISOString(),
    last_seen_at: row.last_seen_at.toISOString(),
    last_heartbeat_at: row.last_heartbeat_at?.toISOString() ?? null,
    last_telemetry_at: row.last_telemetry_at?.toISOString() ?? null,
    archived_at: row.archived_at?.toISOString() ?? null,
  };
}
