import { type Kysely, sql } from "kysely";
import type { Database } from "#platform/postgres/database.ts";
import { storableJson } from "#platform/postgres/storable-json.ts";
import type { AgentStatus } from "../agent-contract.ts";
import { recordVersions } from "./agent-store.ts";
import type { AgentTables } from "./agent-tables.ts";

/** What was heard of an agent since it was last written down; times in milliseconds since 1970. */
export interface Sign {
  heartbeatMs?: number;
  telemetryMs?: number;
  /** What the newest heartbeat said; absent when it said nothing. */
  reported?: AgentStatus;
  version?: string;
  host?: string;
  environment?: string;
  intervalSeconds?: number;
  metrics?: Record<string, unknown>;
}

/** An agent's signs of life as the ledger holds them now. */
export interface SignedAgent {
  id: string;
  project_id: string;
  name: string;
  status: AgentStatus;
  reported_status: AgentStatus | "";
  heartbeat_interval_seconds: number;
  last_heartbeat_at: Date | null;
  last_telemetry_at: Date | null;
  archived_at: Date | null;
}

/** How often a version that goes on running is written down again. */
const VERSION_EVERY_MS = 60_000;
const MAX_REMEMBERED_VERSIONS = 50_000;

/** Writes signs of life, many agents in one statement. */
export class AgentSignStore {
  private readonly database: Kysely<AgentTables>;
  private readonly versionsWritten = new Map<string, number>();

  constructor(database: Database) {
    this.database = database.withTables<AgentTables>();
  }

  /**
   * Adds signs to agents and returns them as they are afterwards; agents that are gone are missing in the answer.
   * Times never go back, and what a sign does not tell stays as it was.
   */
  async apply(signs: ReadonlyMap<string, Sign>): Promise<SignedAgent[]> {
    const list = [...signs];
    if (list.length === 0) return [];
    await this.writeVersions(list);
    const column = <T>(read: (sign: Sign) => T) => list.map(([, sign]) => read(sign));
    const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));
    const result = await sql<SignedAgent>`
      UPDATE agents SET
        last_heartbeat_at = GREATEST(last_heartbeat_at, sign.heartbeat_at),
        last_telemetry_at = GREATEST(last_telemetry_at, sign.telemetry_at),
        last_seen_at = GREATEST(last_seen_at, sign.heartbeat_at, sign.telemetry_at),
        reported_status = COALESCE(sign.reported, reported_status),
        version = COALESCE(sign.version, agents.version),
        host = COALESCE(sign.host, agents.host),
        environment = COALESCE(sign.environment, agents.environment),
        heartbeat_interval_seconds = COALESCE(sign.interval_seconds, heartbeat_interval_seconds),
        heartbeat_metrics = COALESCE(sign.metrics::jsonb, heartbeat_metrics)
      FROM unnest(
        ${list.map(([id]) => id)}::uuid[],
        ${column((sign) => time(sign.heartbeatMs))}::timestamptz[],
        ${column((sign) => time(sign.telemetryMs))}::timestamptz[],
        ${column((sign) => sign.reported ?? null)}::text[],
        ${column((sign) => sign.version || null)}::text[],
        ${column((sign) => sign.host || null)}::text[],
        ${column((sign) => sign.environment || null)}::text[],
        ${column((sign) => sign.intervalSeconds ?? null)}::integer[],
        ${column((sign) => (sign.metrics ? JSON.stringify(storableJson(sign.metrics)) : null))}::text[]
      ) AS sign (id, heartbeat_at, telemetry_at, reported, version, host, environment, interval_seconds, metrics)
      WHERE agents.id = sign.id
      RETURNING agents.id, project_id, name, status, reported_status, heartbeat_interval_seconds,
        last_heartbeat_at, last_telemetry_at, archived_at`.execute(this.database);
    return result.rows;
  }

  /** Agents that are not offline, over all projects: those that may fall silent. */
  async alive(): Promise<SignedAgent[]> {
    return this.database
      .selectFrom("agents")
      .select([
        "id",
        "project_id",
        "name",
        "status",
        "reported_status",
        "heartbeat_interval_seconds",
        "last_heartbeat_at",
        "last_telemetry_at",
        "archived_at",
      ])
      .where("status", "!=", "offline")
      .execute();
  }

  /** Moves agents to another status; returns the ids of those that were still in the one expected. */
  async changeStatus(
    changes: readonly { id: string; from: AgentStatus; to: AgentStatus; reason: string }[],
    at: Date,
  ): Promise<Set<string>> {
    if (changes.length === 0) return new Set();
    const column = <K extends keyof (typeof changes)[number]>(key: K) => changes.map((change) => change[key]);
    const result = await sql<{ id: string }>`
      UPDATE agents SET status = change.status_to, status_reason = change.reason, status_changed_at = ${at}
      FROM unnest(${column("id")}::uuid[], ${column("from")}::text[], ${column("to")}::text[],
        ${column("reason")}::text[]) AS change (id, status_from, status_to, reason)
      WHERE agents.id = change.id AND agents.status = change.status_from
      RETURNING agents.id`.execute(this.database);
    return new Set(result.rows.map((row) => row.id));
  }

  private async writeVersions(list: readonly [string, Sign][]): Promise<void> {
    const nowMs = Date.now();
    const due = list.flatMap(([agentId, { version }]) => {
      if (!version) return [];
      const key = `${agentId} ${version}`;
      if (nowMs - (this.versionsWritten.get(key) ?? 0) < VERSION_EVERY_MS) return [];
      if (this.versionsWritten.size >= MAX_REMEMBERED_VERSIONS) this.versionsWritten.clear();
      this.versionsWritten.set(key, nowMs);
      return [{ agentId, version }];
    });
    if (due.length === 0) return;
    // An agent that was removed meanwhile must not cost the others their signs.
    const known = await this.database
      .selectFrom("agents")
      .select("id")
      .where("id", "in", [...new Set(due.map(({ agentId }) => agentId))])
      .execute();
    const ids = new Set(known.map(({ id }) => id));
    await recordVersions(
      this.database,
      due.filter(({ agentId }) => ids.has(agentId)),
      new Date(nowMs),
    );
  }
}
