import { type Kysely, sql } from "kysely";
import { uuidv7 } from "uuidv7";
import type { Database } from "#platform/postgres/database.ts";
import type { ViolationKind } from "../../budget-contract.ts";

/** A violation as it is stored. */
export interface ViolationRow {
  id: string;
  project_id: string;
  kind: ViolationKind;
  budget_id: string | null;
  agent: string;
  fingerprint: string;
  stops: boolean;
  detail: string;
  trace_id: string;
  amount: number;
  limit_amount: number;
  created_at: Date;
  ends_at: Date;
  cleared_at: Date | null;
}

/** What is told of a violation when it is found. */
export type NewViolation = Omit<ViolationRow, "id" | "created_at" | "cleared_at">;

type ViolationTables = { budget_violations: ViolationRow & { cleared_by: string | null } };

const COLUMNS = [
  "id",
  "project_id",
  "kind",
  "budget_id",
  "agent",
  "fingerprint",
  "stops",
  "detail",
  "trace_id",
  "amount",
  "limit_amount",
  "created_at",
  "ends_at",
  "cleared_at",
] as const;

/** Agents that were over budget or in a loop. */
export class ViolationStore {
  private readonly database: Kysely<ViolationTables>;

  constructor(database: Database) {
    this.database = database.withTables<ViolationTables>();
  }

  /** Keeps a violation unless it is known already; undefined then. */
  add(violation: NewViolation): Promise<ViolationRow | undefined> {
    return this.database
      .insertInto("budget_violations")
      .values({ id: uuidv7(), ...violation, created_at: new Date(), cleared_at: null, cleared_by: null })
      .onConflict((conflict) => conflict.columns(["project_id", "fingerprint"]).doNothing())
      .returning(COLUMNS)
      .executeTakeFirst();
  }

  /** Newest first; `afterId` is the last of the page before. */
  list(
    projectId: string,
    filter: { active?: boolean | undefined; agent?: string | undefined },
    now: Date,
    limit: number,
    afterId?: string,
  ): Promise<ViolationRow[]> {
    let query = this.database
      .selectFrom("budget_violations")
      .select(COLUMNS)
      .where("project_id", "=", projectId)
      .orderBy("id", "desc")
      .limit(limit);
    if (filter.active === true) query = query.where("cleared_at", "is", null).where("ends_at", ">", now);
    if (filter.active === false) {
      query = query.where((or) => or.or([or("cleared_at", "is not", null), or("ends_at", "<=", now)]));
    }
    if (filter.agent !== undefined) query = query.where("agent", "=", filter.agent);
    if (afterId) query = query.where("id", "<", afterId);
    return query.execute();
  }

  /** Those that tell agents to stop, over all projects. */
  stopping(now: Date): Promise<Pick<ViolationRow, "project_id" | "agent" | "detail">[]> {
    return this.database
      .selectFrom("budget_violations")
      .select(["project_id", "agent", "detail"])
      .where("stops", "=", true)
      .where("cleared_at", "is", null)
      .where("ends_at", ">", now)
      .execute();
  }

  /** Kinds of loops that agents of a project are flagged for at the moment. */
  activeLoops(projectId: string, now: Date): Promise<Pick<ViolationRow, "kind" | "agent">[]> {
    return this.database
      .selectFrom("budget_violations")
      .select(["kind", "agent"])
      .distinct()
      .where("project_id", "=", projectId)
      .where("kind", "!=", "budget")
      .where("cleared_at", "is", null)
      .where("ends_at", ">", now)
      .execute();
  }

  /** Removes what ended before a time, over all projects. */
  async forgetBefore(time: Date): Promise<void> {
    await this.database.deleteFrom("budget_violations").where("ends_at", "<", time).execute();
  }

  /** Ends a violation; undefined when there is none that is not cleared. */
  clear(projectId: string, id: string, by: string | null): Promise<ViolationRow | undefined> {
    return this.database
      .updateTable("budget_violations")
      .set({ cleared_at: new Date(), cleared_by: by })
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .where("cleared_at", "is", null)
      .returning(COLUMNS)
      .executeTakeFirst();
  }

  /** Ends a budget's stopping violations, as when its limit was raised; returns their ids. */
  async clearBudget(budgetId: string): Promise<string[]> {
    const rows = await this.database
      .updateTable("budget_violations")
      .set({ cleared_at: new Date() })
      .where("budget_id", "=", budgetId)
      .where("stops", "=", true)
      .where("cleared_at", "is", null)
      .where("ends_at", ">", sql<Date>`now()`)
      // A limit that is lowered again in the same period is a new violation.
      .returning("id")
      .execute();
    if (rows.length > 0) {
      await sql`UPDATE budget_violations SET fingerprint = fingerprint || ' ' || id
        WHERE id = ANY(${rows.map(({ id }) => id)}::uuid[])`.execute(this.database);
    }
    return rows.map(({ id }) => id);
  }
}
