import { type Kysely, sql } from "kysely";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { Database } from "#platform/postgres/database.ts";

/** A sighting is written down again after this time. */
const WRITE_EVERY_MS = 60_000;
/** Keys an agent has not used for this long are no longer its keys. */
const COUNTS_FOR_DAYS = 7;
const MAX_REMEMBERED = 20_000;

type SightingTables = { agent_keys: { project_id: string; agent: string; key_id: string; seen_at: Date } };

/** Which agents use which API keys: spans do not carry their key, so it is noted when they arrive. */
export class KeySightings {
  private readonly database: Kysely<SightingTables>;
  private readonly logger: Logger;
  private readonly written = new Map<string, number>();

  constructor(database: Database, events: EventBus, logger: Logger) {
    this.database = database.withTables<SightingTables>();
    this.logger = logger;
    events.on("agents_used_key", (event) => {
      this.note(event.projectId, event.keyId, event.agents, Date.now()).catch((error: unknown) =>
        this.logger.warn({ err: error }, "which key an agent used was not recorded"),
      );
    });
  }

  /** Writes down what was not written lately. */
  async note(projectId: string, keyId: string, agents: readonly string[], nowMs: number): Promise<void> {
    const due = agents.filter((agent) => {
      const key = `${keyId} ${agent}`;
      return agent !== "" && nowMs - (this.written.get(key) ?? 0) >= WRITE_EVERY_MS;
    });
    if (due.length === 0) return;
    if (this.written.size > MAX_REMEMBERED) this.written.clear();
    for (const agent of due) this.written.set(`${keyId} ${agent}`, nowMs);
    await sql`
      INSERT INTO agent_keys (project_id, agent, key_id, seen_at)
      SELECT ${projectId}, agent, ${keyId}, ${new Date(nowMs)} FROM unnest(${[...new Set(due)]}::text[]) AS agent
      WHERE EXISTS (SELECT FROM api_keys WHERE id = ${keyId} AND project_id = ${projectId})
      ON CONFLICT (project_id, agent, key_id) DO UPDATE SET seen_at = excluded.seen_at`.execute(
      this.database,
    );
  }

  /** Agents that used a key of late. */
  async agentsOf(projectId: string, keyId: string): Promise<string[]> {
    const rows = await this.database
      .selectFrom("agent_keys")
      .select("agent")
      .where("project_id", "=", projectId)
      .where("key_id", "=", keyId)
      .where("seen_at", ">", sql<Date>`now() - make_interval(days => ${COUNTS_FOR_DAYS})`)
      .execute();
    return rows.map(({ agent }) => agent);
  }

  /** Keys that agents used of late; "" stands for every agent. */
  async keysOf(projectId: string, agent: string): Promise<string[]> {
    let query = this.database
      .selectFrom("agent_keys")
      .select("key_id")
      .distinct()
      .where("project_id", "=", projectId)
      .where("seen_at", ">", sql<Date>`now() - make_interval(days => ${COUNTS_FOR_DAYS})`);
    if (agent !== "") query = query.where("agent", "=", agent);
    return (await query.execute()).map(({ key_id }) => key_id);
  }
}
