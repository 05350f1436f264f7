import { type Kysely, sql } from "kysely";
import { uuidv7 } from "uuidv7";
import type { Database } from "#platform/postgres/database.ts";
import { storableJson } from "#platform/postgres/storable-json.ts";
import type { ExecutionInput, ExecutionPatch, ExecutionStatus } from "../execution-contract.ts";
import type { ExecutionTables, ReportedRow } from "./execution-row.ts";

/** Times of a report, in milliseconds since 1970. */
export interface ReportTimes {
  nowMs: number;
  startedMs?: number | undefined;
  endedMs?: number | undefined;
}

/** Keeps the runs that agents report. */
export class ExecutionStore {
  private readonly database: Kysely<ExecutionTables>;

  constructor(database: Database) {
    this.database = database.withTables<ExecutionTables>();
  }

  /** Begins a run; undefined when one with this id is there already. Durable when it returns. */
  create(
    projectId: string,
    agent: { id: string; name: string },
    input: Omit<ExecutionInput, "started_at" | "ended_at" | "agent">,
    times: ReportTimes,
  ): Promise<ReportedRow | undefined> {
    const status = readStatus(input.status) ?? "running";
    const startedMs = times.startedMs ?? times.nowMs;
    const now = new Date(times.nowMs);
    const error = readError(input.error);
    return this.database
      .insertInto("executions")
      .values({
        project_id: projectId,
        id: input.id ?? uuidv7(),
        agent_id: agent.id,
        agent: agent.name,
        name: input.name ?? "",
        status,
        started_at: new Date(startedMs),
        ended_at: status === "running" ? null : new Date(Math.max(startedMs, times.endedMs ?? times.nowMs)),
        input: asJson(input.input ?? null),
        output: asJson(input.output ?? null),
        error_type: error?.type ?? "",
        error_message: error?.message ?? "",
        total_tokens: input.total_tokens == null ? null : String(input.total_tokens),
        cost_usd: input.cost_usd ?? null,
        trace_id: input.trace_id?.toLowerCase() ?? "",
        session_id: input.session_id ?? "",
        user_id: input.user_id ?? "",
        environment: input.environment ?? "",
        version: input.version ?? "",
        metadata: asJson(input.metadata ?? {}),
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.columns(["project_id", "id"]).doNothing())
      .returningAll()
      .executeTakeFirst();
  }

  /**
   * Changes what is given, the last write wins; undefined when there is no such run. `before` is its status until
   * now. Metadata is added to. An end before the beginning is taken as the beginning.
   */
  async update(
    projectId: string,
    id: string,
    patch: Omit<ExecutionPatch, "ended_at">,
    times: ReportTimes,
  ): Promise<(ReportedRow & { before: ExecutionStatus }) | undefined> {
    const { status: word, error, input, output, metadata, total_tokens, trace_id, ...plain } = patch;
    const status = readStatus(word);
    const failure = readError(error);
    const ended = times.endedMs === undefined ? null : new Date(times.endedMs);
    const isOver = status !== undefined && status !== "running";
    return this.database
      .updateTable("executions")
      .from((e) =>
        e
          .selectFrom("executions as old")
          .select(["old.status as before"])
          .where("old.project_id", "=", projectId)
          .where("old.id", "=", id)
          .forUpdate()
          .as("previous"),
      )
      .set({
        ...withoutUndefined(plain),
        ...(trace_id === undefined ? {} : { trace_id: trace_id.toLowerCase() }),
        ...(status === undefined ? {} : { status }),
        ...(status === "running" ? { ended_at: null } : {}),
        ...(isOver || (status === undefined && ended)
          ? {
              ended_at: sql<Date>`GREATEST(started_at, COALESCE(${ended}::timestamptz, ended_at, ${new Date(times.nowMs)}::timestamptz))`,
            }
          : {}),
        ...(input === undefined ? {} : { input: asJson(input) }),
        ...(output === undefined ? {} : { output: asJson(output) }),
        ...(metadata === undefined
          ? {}
          : {
              metadata: sql<
                Record<string, unknown>
              >`metadata || ${JSON.stringify(storableJson(metadata))}::jsonb`,
            }),
        ...(total_tokens === undefined
          ? {}
          : { total_tokens: total_tokens === null ? null : String(total_tokens) }),
        ...(error === undefined
          ? {}
          : { error_type: failure?.type ?? "", error_message: failure?.message ?? "" }),
        updated_at: new Date(times.nowMs),
      })
      .where("executions.project_id", "=", projectId)
      .where("executions.id", "=", id)
      .returningAll("executions")
      .returning("previous.before")
      .executeTakeFirst();
  }

  find(projectId: string, id: string): Promise<ReportedRow | undefined> {
    return this.database
      .selectFrom("executions")
      .selectAll()
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .executeTakeFirst();
  }

  /** The newest run that names this trace. */
  findByTrace(projectId: string, traceId: string): Promise<ReportedRow | undefined> {
    return this.database
      .selectFrom("executions")
      .selectAll()
      .where("project_id", "=", projectId)
      .where("trace_id", "=", traceId)
      .orderBy("started_at", "desc")
      .limit(1)
      .executeTakeFirst();
  }

  /** Which of these traces belong to reported runs. */
  async claimedTraces(projectId: string, traceIds: readonly string[]): Promise<Set<string>> {
    if (traceIds.length === 0) return new Set();
    const rows = await this.database
      .selectFrom("executions")
      .select("trace_id")
      .distinct()
      .where("project_id", "=", projectId)
      .where("trace_id", "<>", "")
      .where("trace_id", "in", [...traceIds])
      .execute();
    return new Set(rows.map((row) => row.trace_id));
  }
}

/** Reads a status in any of the words that are understood. */
export function readStatus(word: ExecutionPatch["status"]): ExecutionStatus | undefined {
  switch (word) {
    case "started":
      return "running";
    case "completed":
    case "success":
    case "ok":
      return "succeeded";
    case "error":
    case "failure":
      return "failed";
    case "canceled":
      return "cancelled";
    default:
      return word;
  }
}

function readError(error: ExecutionPatch["error"]): { type: string; message: string } | undefined {
  if (error == null) return undefined;
  return typeof error === "string" ? { type: "", message: error } : error;
}

/** Any JSON value as jsonb; the driver would take a list for a PostgreSQL array. */
function asJson<T>(value: T) {
  return sql<T>`${JSON.stringify(storableJson(value))}::jsonb`;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
