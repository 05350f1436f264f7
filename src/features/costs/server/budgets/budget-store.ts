import { type Kysely, sql } from "kysely";
import { uuidv7 } from "uuidv7";
import type { Database } from "#platform/postgres/database.ts";
import type { BudgetInput, BudgetPatch, BudgetPeriod, BudgetScope } from "../../budget-contract.ts";

/** A budget as it is stored. */
export interface BudgetRow {
  id: string;
  project_id: string;
  name: string;
  scope: BudgetScope;
  subject: string;
  measure: "usd" | "tokens";
  limit_amount: number;
  period: BudgetPeriod;
  thresholds: number[];
  mode: "notify" | "hard";
  pause_keys: boolean;
  enabled: boolean;
  created_at: Date;
  updated_at: Date;
}

/** What the last look found of a budget. */
export interface BudgetStateRow {
  budget_id: string;
  period_start: Date;
  /** Spending before it is in `settled_amount`. */
  settled_until: Date;
  /** When all of it was last summed up anew. */
  settled_at: Date;
  settled_amount: number;
  spent: number;
  burn_per_hour: number;
  checked_at: Date;
}

type BudgetTables = {
  budgets: BudgetRow & { created_by: string | null };
  budget_states: BudgetStateRow;
};

/** A budget with what was last found; without a look yet there is no state. */
export type WatchedBudget = BudgetRow & { state: BudgetStateRow | null };

const COLUMNS = [
  "id",
  "project_id",
  "name",
  "scope",
  "subject",
  "measure",
  "limit_amount",
  "period",
  "thresholds",
  "mode",
  "pause_keys",
  "enabled",
  "created_at",
  "updated_at",
] as const;

/** Budgets and where they stand. */
export class BudgetStore {
  private readonly database: Kysely<BudgetTables>;

  constructor(database: Database) {
    this.database = database.withTables<BudgetTables>();
  }

  create(projectId: string, input: BudgetInput, createdBy: string | null): Promise<BudgetRow> {
    const { limit, ...fields } = input;
    return this.database
      .insertInto("budgets")
      .values({
        id: uuidv7(),
        project_id: projectId,
        ...fields,
        limit_amount: limit,
        created_by: createdBy,
        created_at: new Date(),
        updated_at: new Date(),
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
  }

  /** Newest first; `afterId` is the last of the page before. */
  async list(projectId: string, limit: number, afterId?: string): Promise<WatchedBudget[]> {
    let query = this.database
      .selectFrom("budgets")
      .select(COLUMNS)
      .where("project_id", "=", projectId)
      .orderBy("id", "desc")
      .limit(limit);
    if (afterId) query = query.where("id", "<", afterId);
    return this.withStates(await query.execute());
  }

  async find(projectId: string, id: string): Promise<WatchedBudget | undefined> {
    const row = await this.database
      .selectFrom("budgets")
      .select(COLUMNS)
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .executeTakeFirst();
    return row && (await this.withStates([row]))[0];
  }

  /** Undefined when there is no such budget. */
  update(projectId: string, id: string, patch: BudgetPatch): Promise<BudgetRow | undefined> {
    const { limit, ...fields } = patch;
    return this.database
      .updateTable("budgets")
      .set({ ...fields, ...(limit === undefined ? {} : { limit_amount: limit }), updated_at: new Date() })
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .returning(COLUMNS)
      .executeTakeFirst();
  }

  async remove(projectId: string, id: string): Promise<boolean> {
    const row = await this.database
      .deleteFrom("budgets")
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .returning("id")
      .executeTakeFirst();
    return row !== undefined;
  }

  /** All budgets that are looked after, over all projects. */
  async watched(): Promise<WatchedBudget[]> {
    const rows = await this.database
      .selectFrom("budgets")
      .select(COLUMNS)
      .where("enabled", "=", true)
      .execute();
    return this.withStates(rows);
  }

  async saveState(state: BudgetStateRow): Promise<void> {
    // A budget may be removed between the look and its result.
    await sql`
      INSERT INTO budget_states (budget_id, period_start, settled_until, settled_at, settled_amount, spent,
        burn_per_hour, checked_at)
      SELECT ${state.budget_id}, ${state.period_start}, ${state.settled_until}, ${state.settled_at},
        ${state.settled_amount}, ${state.spent}, ${state.burn_per_hour}, ${state.checked_at}
      WHERE EXISTS (SELECT FROM budgets WHERE id = ${state.budget_id})
      ON CONFLICT (budget_id) DO UPDATE SET period_start = excluded.period_start,
        settled_until = excluded.settled_until, settled_at = excluded.settled_at,
        settled_amount = excluded.settled_amount, spent = excluded.spent,
        burn_per_hour = excluded.burn_per_hour, checked_at = excluded.checked_at`.execute(this.database);
  }

  /** Makes the next look sum up everything anew, as after stored spans were priced again. */
  async forgetSettled(projectId: string): Promise<void> {
    await sql`
      UPDATE budget_states SET settled_at = 'epoch'
      FROM budgets WHERE budgets.id = budget_id AND budgets.project_id = ${projectId}`.execute(this.database);
  }

  private async withStates(rows: readonly BudgetRow[]): Promise<WatchedBudget[]> {
    if (rows.length === 0) return [];
    const states = await this.database
      .selectFrom("budget_states")
      .selectAll()
      .where(
        "budget_id",
        "in",
        rows.map(({ id }) => id),
      )
      .execute();
    const byId = new Map(states.map((state) => [state.budget_id, state]));
    return rows.map((row) => ({ ...row, state: byId.get(row.id) ?? null }));
  }
}
