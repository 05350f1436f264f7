import { type Kysely, sql } from "kysely";
import { uuidv7 } from "uuidv7";
import type { SpansStored } from "#features/ingest/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { Database } from "#platform/postgres/database.ts";
import type { AgentLife } from "./agent-life.ts";
import { MAX_AGENTS, recordVersions } from "./agent-store.ts";
import type { AgentTables } from "./agent-tables.ts";
import type { SpanOutcomes } from "./span-outcomes.ts";

/** An agent as spans name it. */
export interface SeenAgent {
  name: string;
  /** Its own id; empty when spans do not tell. */
  id: string;
  version: string;
  service: string;
  environment: string;
}

/** New names wait this long for others of the same moment. */
const GATHER_MS = 50;
const MAX_KNOWN = 100_000;
const MAX_NAME_LENGTH = 200;
/** How far back the spans are read at start, for agents whose arrival a crash has swallowed. */
const RECONCILE_HOURS = 1;

interface Waiting {
  projectId: string;
  seen: SeenAgent;
  atMs: number;
}

/** Makes agents appear by their first span, and keeps them alive by the next ones. Ingest never waits for it. */
export class AgentArrivals {
  private readonly database: Kysely<AgentTables>;
  /** Ids of agents by project and name. */
  private readonly known = new Map<string, string>();
  private waiting = new Map<string, Waiting>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly parts: AgentArrivalParts;

  constructor(parts: AgentArrivalParts) {
    this.parts = parts;
    this.database = parts.database.withTables<AgentTables>();
    parts.events.on("spans_stored", (event) => this.take(event));
    // A name may be free again, or stand for another agent.
    parts.events.on("agent_changed", ({ projectId, agentId, change }) => {
      if (change === "created") return;
      for (const [key, id] of this.known) {
        if (id === agentId && key.startsWith(projectId)) this.known.delete(key);
      }
    });
  }

  /** Resolves when all agents seen so far are written down. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  /** Reads which agents sent spans within the last hour: a crash may have come between a span and its agent. */
  async reconcile(): Promise<void> {
    const rows = await this.parts.telemetry.queryAll<SeenAgent & { project: string; at_ms: number }>(
      `SELECT toString(project_id) AS project, agent AS name, argMax(agent_id, start_time) AS id,
         argMax(agent_version, start_time) AS version, argMax(service, start_time) AS service,
         argMax(environment, start_time) AS environment, toUnixTimestamp64Milli(max(received_at)) AS at_ms
       FROM spans
       WHERE toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(now('UTC') - INTERVAL ${RECONCILE_HOURS} HOUR)
         AND agent != ''
       GROUP BY project_id, agent
       LIMIT 50000`,
    );
    for (const row of rows) this.see(row.project, row, row.at_ms);
    await this.flush();
  }

  private take(event: SpansStored): void {
    const { agents } = event;
    if (agents.length > 0) this.parts.spanOutcomes.noteProject(event.projectId, event.atMs);
    for (const agent of agents) this.see(event.projectId, agent, event.atMs);
  }

  private see(projectId: string, seen: SeenAgent, atMs: number): void {
    const name = plain(seen.name);
    if (name === "") return;
    const version = plain(seen.version);
    const key = `${projectId} ${name}`;
    const id = this.known.get(key);
    if (id !== undefined) {
      this.parts.life.note(id, { telemetryMs: atMs, ...(version ? { version } : {}) });
      return;
    }
    if (this.waiting.size >= MAX_KNOWN) return;
    this.waiting.set(key, {
      projectId,
      seen: {
        name,
        id: plain(seen.id),
        version,
        service: plain(seen.service),
        environment: plain(seen.environment),
      },
      atMs,
    });
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  private async write(): Promise<void> {
    const waiting = this.waiting;
    this.waiting = new Map();
    for (const [projectId, list] of Map.groupBy(waiting.values(), (one) => one.projectId)) {
      try {
        await this.writeProject(projectId, list);
      } catch (error) {
        this.parts.logger.warn({ err: error, projectId }, "agents seen in spans could not be written down");
      }
    }
  }

  private async writeProject(projectId: string, list: readonly Waiting[]): Promise<void> {
    const created = await this.insertMissing(projectId, list);
    const rows = await this.database
      .selectFrom("agents")
      .select(["id", "name"])
      .where("project_id", "=", projectId)
      .where(
        "name",
        "in",
        list.map(({ seen }) => seen.name),
      )
      .execute();
    const ids = new Map(rows.map((row) => [row.name, row.id]));
    if (this.known.size > MAX_KNOWN) this.known.clear();
    for (const { seen, atMs } of list) {
      const id = ids.get(seen.name);
      if (id === undefined) continue;
      this.known.set(`${projectId} ${seen.name}`, id);
      this.parts.life.note(id, { telemetryMs: atMs, ...(seen.version ? { version: seen.version } : {}) });
    }
    for (const { id, name } of created) {
      this.parts.events.emit("agent_changed", {
        projectId,
        agentId: id,
        name,
        status: "offline",
        change: "created",
      });
    }
  }

  /** Inserts the agents that are new, as many as the project may still have. */
  private async insertMissing(
    projectId: string,
    list: readonly Waiting[],
  ): Promise<{ id: string; name: string; version: string }[]> {
    const column = (read: (seen: SeenAgent) => string) => list.map(({ seen }) => read(seen));
    const result = await sql<{ id: string; name: string; version: string; configuration: object }>`
      INSERT INTO agents (id, project_id, name, external_id, version, environment, metadata, source,
        status_changed_at, first_seen_at, last_seen_at, updated_at)
      SELECT seen.id, ${projectId}, seen.name,
        -- An id that several names share belongs to none of them.
        CASE WHEN seen.own_id <> '' AND count(*) OVER (PARTITION BY seen.own_id) = 1
          AND NOT EXISTS (SELECT FROM agents a WHERE a.project_id = ${projectId} AND a.external_id = seen.own_id)
          THEN seen.own_id END,
        seen.version, seen.environment,
        CASE WHEN seen.service = '' THEN '{}'::jsonb ELSE jsonb_build_object('service', seen.service) END,
        'telemetry', seen.at, seen.at, seen.at, seen.at
      FROM unnest(
        ${list.map(() => uuidv7())}::uuid[], ${column((seen) => seen.name)}::text[],
        ${column((seen) => seen.id)}::text[], ${column((seen) => seen.version)}::text[],
        ${column((seen) => seen.environment)}::text[], ${column((seen) => seen.service)}::text[],
        ${list.map(({ atMs }) => new Date(atMs))}::timestamptz[]
      ) AS seen (id, name, own_id, version, environment, service, at)
      WHERE NOT EXISTS (SELECT FROM agents a WHERE a.project_id = ${projectId} AND a.name = seen.name)
      LIMIT GREATEST(0, ${MAX_AGENTS} - (SELECT count(*) FROM agents WHERE project_id = ${projectId}))
      ON CONFLICT DO NOTHING
      RETURNING id, name, version, configuration`.execute(this.database);
    const at = new Date();
    if (result.rows.length > 0) {
      await this.database
        .insertInto("agent_configurations")
        .values(
          result.rows.map((row) => ({
            agent_id: row.id,
            config_version: 1,
            configuration: {},
            changed_by: "telemetry",
            created_at: at,
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const versioned = result.rows.filter((row) => row.version !== "");
      await recordVersions(
        this.database,
        versioned.map((row) => ({ agentId: row.id, version: row.version })),
        at,
      );
    }
    return result.rows;
  }
}

/** Text of a span as PostgreSQL takes it, and of a bearable length. */
const plain = (text: string) => text.replaceAll("\0", "").slice(0, MAX_NAME_LENGTH);

/** What `AgentArrivals` works with. */
export interface AgentArrivalParts {
  database: Database;
  telemetry: TelemetryStore;
  life: AgentLife;
  spanOutcomes: SpanOutcomes;
  events: EventBus;
  logger: Logger;
}
