import type { Kysely, Transaction } from "kysely";
import { uuidv7 } from "uuidv7";
import type { Database } from "#platform/postgres/database.ts";
import { storableJson } from "#platform/postgres/storable-json.ts";
import type { AgentInput, AgentPatch, AgentSource } from "../agent-contract.ts";
import {
  agentNameTaken,
  agentNotFound,
  configurationChanged,
  isUniqueViolation,
  tooManyAgents,
} from "./agent-errors.ts";
import type { AgentRow } from "./agent-row.ts";
import type { AgentTables } from "./agent-tables.ts";

/** Most agents of a project: names made anew for each run would otherwise fill the ledger. */
export const MAX_AGENTS = 10_000;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Whether a reference has the form of our ids; names do not look like this. */
export const isUuid = (text: string): boolean => UUID.test(text);

/** Changes agents in the ledger: registration, description, configuration, archive. */
export class AgentStore {
  private readonly database: Kysely<AgentTables>;

  constructor(database: Database) {
    this.database = database.withTables<AgentTables>();
  }

  /** An agent by our id, the caller's own id, or its name, in this order. */
  find(projectId: string, ref: string): Promise<AgentRow | undefined> {
    return this.database
      .selectFrom("agents")
      .selectAll()
      .where("project_id", "=", projectId)
      .where((e) =>
        e.or([
          ...(isUuid(ref) ? [e("id", "=", ref.toLowerCase())] : []),
          e("external_id", "=", ref),
          e("name", "=", ref),
        ]),
      )
      .orderBy((e) =>
        e.case().when("external_id", "=", ref).then(1).when("name", "=", ref).then(2).else(0).end(),
      )
      .limit(1)
      .executeTakeFirst();
  }

  /** Our ids of agents by their names. */
  async idsByName(projectId: string, names: readonly string[]): Promise<Map<string, string>> {
    if (names.length === 0) return new Map();
    const rows = await this.database
      .selectFrom("agents")
      .select(["id", "name"])
      .where("project_id", "=", projectId)
      .where("name", "in", [...names])
      .execute();
    return new Map(rows.map((row) => [row.name, row.id]));
  }

  /** Makes an agent; undefined when its name is known already. Throws `agent_name_taken`, `too_many_agents` (409). */
  async create(
    projectId: string,
    input: AgentInput,
    source: AgentSource,
    by: string,
    at: Date,
  ): Promise<AgentRow | undefined> {
    const { count } = await this.database
      .selectFrom("agents")
      .select((e) => e.fn.countAll<string>().as("count"))
      .where("project_id", "=", projectId)
      .executeTakeFirstOrThrow();
    if (Number(count) >= MAX_AGENTS) throw tooManyAgents(MAX_AGENTS);
    return this.database.transaction().execute(async (tx) => {
      const row = await insertAgent(tx, newAgentRow(projectId, input, source, at));
      if (!row) return undefined;
      if (row.version) await recordVersions(tx, [{ agentId: row.id, version: row.version }], at);
      await tx
        .insertInto("agent_configurations")
        .values({
          agent_id: row.id,
          config_version: 1,
          configuration: row.configuration,
          changed_by: by,
          created_at: at,
        })
        .execute();
      return row;
    });
  }

  /**
   * Changes what is given; `externalId` gives it that id of its own. A configuration that differs becomes a new
   * version. Throws `agent_not_found` (404), `agent_name_taken` and `config_version_conflict` (409).
   */
  async update(
    projectId: string,
    id: string,
    patch: AgentPatch,
    by: string,
    at: Date,
    externalId?: string,
  ): Promise<AgentRow> {
    const { expected_config_version, archived, ...given } = patch;
    const { configuration, ...plain } = storableJson(given);
    return this.database
      .transaction()
      .execute(async (tx) => {
        const before = await tx
          .selectFrom("agents")
          .selectAll()
          .where("project_id", "=", projectId)
          .where("id", "=", id)
          .forUpdate()
          .executeTakeFirst();
        if (!before) throw agentNotFound(id);
        if (expected_config_version !== undefined && expected_config_version !== before.config_version) {
          throw configurationChanged(before.config_version);
        }
        const isNewConfiguration =
          configuration !== undefined && !sameJson(configuration, before.configuration);
        const config_version = before.config_version + (isNewConfiguration ? 1 : 0);
        if (isNewConfiguration) {
          await tx
            .insertInto("agent_configurations")
            .values({ agent_id: id, config_version, configuration, changed_by: by, created_at: at })
            .execute();
        }
        if (plain.version && plain.version !== before.version) {
          await recordVersions(tx, [{ agentId: id, version: plain.version }], at);
        }
        return tx
          .updateTable("agents")
          .set({
            ...plain,
            ...(externalId === undefined ? {} : { external_id: externalId }),
            ...(isNewConfiguration ? { configuration, config_version } : {}),
            ...(archived === undefined ? {} : { archived_at: archived ? (before.archived_at ?? at) : null }),
            updated_at: at,
          })
          .where("id", "=", id)
          .returningAll()
          .executeTakeFirstOrThrow();
      })
      .catch((error: unknown) => {
        throw isUniqueViolation(error) ? agentNameTaken(patch.name ?? id) : error;
      });
  }

  /** Removes an agent with its configurations and versions. */
  async purge(projectId: string, id: string): Promise<void> {
    await this.database
      .deleteFrom("agents")
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .execute();
  }
}

/** A row with what an agent is before anything was heard of it. */
function newAgentRow(projectId: string, input: AgentInput, source: AgentSource, at: Date): AgentRow {
  return {
    id: uuidv7(),
    project_id: projectId,
    name: input.name,
    external_id: input.id ?? null,
    description: input.description ?? "",
    type: input.type ?? "",
    version: input.version ?? "",
    host: input.host ?? "",
    environment: input.environment ?? "",
    tags: input.tags ?? [],
    metadata: storableJson(input.metadata ?? {}),
    configuration: storableJson(input.configuration ?? {}),
    config_version: 1,
    source,
    status: "offline",
    status_reason: "It has not been heard of yet.",
    status_changed_at: at,
    reported_status: "",
    heartbeat_interval_seconds: 15,
    heartbeat_metrics: {},
    first_seen_at: at,
    last_seen_at: at,
    last_heartbeat_at: null,
    last_telemetry_at: null,
    updated_at: at,
    archived_at: null,
  };
}

async function insertAgent(tx: Transaction<AgentTables>, row: AgentRow): Promise<AgentRow | undefined> {
  try {
    return await tx
      .insertInto("agents")
      .values(row)
      .onConflict((conflict) => conflict.columns(["project_id", "name"]).doNothing())
      .returningAll()
      .executeTakeFirst();
  } catch (error) {
    throw isUniqueViolation(error) ? agentNameTaken(row.external_id ?? row.name) : error;
  }
}

/** Remembers that agents ran as these versions. */
export async function recordVersions(
  database: Kysely<AgentTables>,
  seen: readonly { agentId: string; version: string }[],
  at: Date,
): Promise<void> {
  if (seen.length === 0) return;
  await database
    .insertInto("agent_versions")
    .values(
      seen.map(({ agentId, version }) => ({
        agent_id: agentId,
        version,
        first_seen_at: at,
        last_seen_at: at,
      })),
    )
    .onConflict((conflict) => conflict.columns(["agent_id", "version"]).doUpdateSet({ last_seen_at: at }))
    .execute();
}

/** Whether two JSON values say the same, whatever the order of their keys. */
export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item)]);
}
