import { type Expression, type Kysely, type SqlBool, sql } from "kysely";
import type { Database } from "#platform/postgres/database.ts";
import { EXECUTION_STATUSES, type ExecutionStatus } from "../execution-contract.ts";
import type { ExecutionTables, ReportedRow } from "./execution-row.ts";
import type { TimeWindow } from "./execution-windows.ts";
import type { RunCursor, RunFilter } from "./trace-runs-query.ts";

/** Microseconds since 1970 as text, so that no digit is lost. */
const START_US = sql<string>`(extract(epoch FROM started_at) * 1000000)::bigint::text`;

/** Reads reported runs for lists and sparklines. */
export class ReportedRunReader {
  private readonly database: Kysely<ExecutionTables>;

  constructor(database: Database) {
    this.database = database.withTables<ExecutionTables>();
  }

  /** Runs that were reported, newest first. */
  list(
    projectId: string,
    options: { filter: RunFilter; range: TimeWindow; limit: number; after: RunCursor | undefined },
  ): Promise<(ReportedRow & { start_us: string })[]> {
    const { range, after } = options;
    let query = this.database
      .selectFrom("executions")
      .selectAll()
      .select(START_US.as("start_us"))
      .where("project_id", "=", projectId)
      .where("started_at", ">=", new Date(range.fromMs))
      .where("started_at", "<", new Date(Math.ceil(range.toMs)))
      .where((e) => e.and(conditions(options.filter)))
      .orderBy("started_at", "desc")
      .orderBy("id", "desc")
      .limit(options.limit);
    if (after) {
      query = query.where(
        sql<SqlBool>`(started_at, id) < (to_timestamp(0) + ${after.us}::bigint * interval '1 microsecond', ${after.id} COLLATE "C")`,
      );
    }
    return query.execute();
  }

  /** Runs without a trace per agent and step, by when they began. */
  async activity(
    projectId: string,
    agentIds: readonly string[],
    range: { fromMs: number; toMs: number; stepMs: number },
  ): Promise<
    {
      agent_id: string;
      step: number;
      executions: number;
      errors: number;
      cost_usd: number;
      duration_p95_ms: number | null;
    }[]
  > {
    if (agentIds.length === 0) return [];
    const result = await sql<{
      agent_id: string;
      step: number;
      executions: number;
      errors: number;
      cost_usd: number;
      duration_p95_ms: number | null;
    }>`
      SELECT agent_id, floor((extract(epoch FROM started_at) * 1000 - ${range.fromMs}) / ${range.stepMs})::int AS step,
        count(*)::int AS executions, (count(*) FILTER (WHERE status = 'failed'))::int AS errors,
        COALESCE(sum(cost_usd), 0)::float8 AS cost_usd,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - started_at) * 1000)::float8
          AS duration_p95_ms
      FROM executions
      WHERE project_id = ${projectId} AND agent_id = ANY(${[...agentIds]}::uuid[]) AND trace_id = ''
        AND started_at >= ${new Date(range.fromMs)} AND started_at < ${new Date(range.toMs)}
      GROUP BY agent_id, step`.execute(this.database);
    return result.rows;
  }
}

function conditions(filter: RunFilter): Expression<SqlBool>[] {
  const list: Expression<SqlBool>[] = [];
  const anyOf = (column: string, values: string | string[] | undefined) => {
    if (values !== undefined) list.push(sql<SqlBool>`${sql.ref(column)} = ANY(${[values].flat()}::text[])`);
  };
  anyOf("agent", filter.agent);
  anyOf("environment", filter.environment);
  anyOf("version", filter.version);
  if (filter.status !== undefined) {
    const known = [filter.status]
      .flat()
      .filter((one): one is ExecutionStatus => (EXECUTION_STATUSES as readonly string[]).includes(one));
    list.push(sql<SqlBool>`status = ANY(${known}::text[])`);
  }
  if (filter.session_id) list.push(sql<SqlBool>`session_id = ${filter.session_id}`);
  if (filter.user_id) list.push(sql<SqlBool>`user_id = ${filter.user_id}`);
  const duration = sql`extract(epoch FROM ended_at - started_at) * 1000`;
  if (filter.min_duration_ms !== undefined) list.push(sql<SqlBool>`${duration} >= ${filter.min_duration_ms}`);
  if (filter.max_duration_ms !== undefined) list.push(sql<SqlBool>`${duration} <= ${filter.max_duration_ms}`);
  if (filter.min_cost_usd !== undefined) list.push(sql<SqlBool>`cost_usd >= ${filter.min_cost_usd}`);
  if (filter.has_errors)
    list.push(filter.has_errors === "true" ? sql`status = 'failed'` : sql`status <> 'failed'`);
  const text = filter.q?.trim();
  if (text) {
    const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    list.push(
      sql<SqlBool>`(name ILIKE ${pattern} OR agent ILIKE ${pattern} OR id = ${text} OR trace_id = ${text.toLowerCase()})`,
    );
  }
  return list;
}
