import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from "kysely";
import { z } from "zod";
import type { Database } from "#platform/postgres/database.ts";
import {
  AGENT_STATUSES,
  type AgentListQuery,
  type AgentStatus,
  type AgentStatusCounts,
} from "../agent-contract.ts";
import type { AgentRow } from "./agent-row.ts";
import type { AgentTables } from "./agent-tables.ts";

/** Where a page ends: the sort key and id of its last agent. */
export const agentCursorSchema = z.object({ key: z.string().max(300), id: z.uuid() });
export type AgentCursor = z.infer<typeof agentCursorSchema>;

/** Sort keys as text, so that one cursor serves all: times in microseconds, fixed width; the status by its place. */
const SORT_KEYS = {
  name: sql<string>`lower(name) COLLATE "C"`,
  status: sql<string>`(CASE status WHEN 'degraded' THEN '0' WHEN 'running' THEN '1' WHEN 'idle' THEN '2' ELSE '3' END || lower(name)) COLLATE "C"`,
  last_seen: sql<string>`lpad((9e15 - extract(epoch FROM last_seen_at) * 1e6)::bigint::text, 16, '0') COLLATE "C"`,
  first_seen: sql<string>`lpad((9e15 - extract(epoch FROM first_seen_at) * 1e6)::bigint::text, 16, '0') COLLATE "C"`,
} as const;

type ListFilter = Pick<AgentListQuery, "q" | "status" | "type" | "environment" | "tag" | "archived">;
type Where = (e: ExpressionBuilder<AgentTables, "agents">) => Expression<SqlBool>;

/** Reads agents for the list. */
export class AgentListReader {
  private readonly database: Kysely<AgentTables>;

  constructor(database: Database) {
    this.database = database.withTables<AgentTables>();
  }

  /** A page of agents; `sortKey` goes into the next cursor. */
  page(
    projectId: string,
    options: {
      filter: ListFilter;
      sort: AgentListQuery["sort"];
      limit: number;
      after: AgentCursor | undefined;
    },
  ): Promise<(AgentRow & { sort_key: string })[]> {
    const key = SORT_KEYS[options.sort];
    let query = this.database
      .selectFrom("agents")
      .selectAll()
      .select(key.as("sort_key"))
      .where(matches(projectId, options.filter, { withStatus: true }));
    const { after } = options;
    if (after)
      query = query.where(sql<SqlBool>`(${key}, id) > (${after.key} COLLATE "C", ${after.id}::uuid)`);
    return query.orderBy(key).orderBy("id").limit(options.limit).execute();
  }

  /** Agents by status under the other filters. */
  async counts(projectId: string, filter: ListFilter): Promise<AgentStatusCounts> {
    const rows = await this.database
      .selectFrom("agents")
      .select(["status", (e) => e.fn.countAll<string>().as("count")])
      .where(matches(projectId, filter, { withStatus: false }))
      .groupBy("status")
      .execute();
    const counts: AgentStatusCounts = { degraded: 0, running: 0, idle: 0, offline: 0 };
    for (const { status, count } of rows) counts[status] = Number(count);
    return counts;
  }

  /** The values filter menus offer, each at most 200. */
  async facets(projectId: string): Promise<{ types: string[]; environments: string[]; tags: string[] }> {
    const result = await sql<{
      types: string[] | null;
      environments: string[] | null;
      tags: string[] | null;
    }>`
      SELECT
        (SELECT array_agg(v ORDER BY v) FROM (SELECT DISTINCT type AS v FROM agents
          WHERE project_id = ${projectId} AND archived_at IS NULL AND type <> '' LIMIT 200) t) AS types,
        (SELECT array_agg(v ORDER BY v) FROM (SELECT DISTINCT environment AS v FROM agents
          WHERE project_id = ${projectId} AND archived_at IS NULL AND environment <> '' LIMIT 200) t) AS environments,
        (SELECT array_agg(v ORDER BY v) FROM (SELECT DISTINCT unnest(tags) AS v FROM agents
          WHERE project_id = ${projectId} AND archived_at IS NULL LIMIT 200) t) AS tags`.execute(
      this.database,
    );
    const row = result.rows[0];
    return { types: row?.types ?? [], environments: row?.environments ?? [], tags: row?.tags ?? [] };
  }
}

function matches(projectId: string, filter: ListFilter, { withStatus }: { withStatus: boolean }): Where {
  return (e) => {
    const conditions: Expression<SqlBool>[] = [
      e("project_id", "=", projectId),
      e("archived_at", filter.archived === "true" ? "is not" : "is", null),
    ];
    const statuses = listOf(filter.status).filter((one): one is AgentStatus =>
      (AGENT_STATUSES as readonly string[]).includes(one),
    );
    // A status that does not exist matches nothing, rather than everything.
    if (withStatus && filter.status !== undefined) {
      conditions.push(statuses.length > 0 ? e("status", "in", statuses) : sql<SqlBool>`false`);
    }
    if (filter.type !== undefined) conditions.push(e("type", "in", listOf(filter.type)));
    if (filter.environment !== undefined) conditions.push(e("environment", "in", listOf(filter.environment)));
    if (filter.tag !== undefined) conditions.push(sql<SqlBool>`tags @> ${listOf(filter.tag)}::text[]`);
    const text = filter.q?.trim();
    if (text) {
      const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
      conditions.push(
        e.or(
          (["name", "description", "host", "external_id"] as const).map((column) =>
            e(column, "ilike", pattern),
          ),
        ),
      );
    }
    return e.and(conditions);
  };
}

const listOf = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
