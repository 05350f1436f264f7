import { type Kysely, sql } from "kysely";
import { uuidv7 } from "uuidv7";
import type { Database } from "#platform/postgres/database.ts";
import type { REPRICING_STATES } from "../../repricing-contract.ts";
import type { RepricingRange } from "./repricing-range.ts";

type State = (typeof REPRICING_STATES)[number];

/** A run as it is stored. */
export interface RunRow {
  id: string;
  project_id: string;
  from_time: Date;
  to_time: Date;
  provider: string;
  model: string;
  state: State;
  months_total: number;
  months_done: number;
  spans_changed: string;
  usd_before: number;
  usd_after: number;
  error: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

type RepricingTables = {
  repricing_runs: RunRow & { created_by: string | null };
  repricing_months: {
    run_id: string;
    month: string;
    spans_changed: string;
    usd_before: number;
    usd_after: number;
    done_at: Date | null;
  };
};

const COLUMNS = [
  "id",
  "project_id",
  "from_time",
  "to_time",
  "provider",
  "model",
  "state",
  "months_total",
  "months_done",
  "spans_changed",
  "usd_before",
  "usd_after",
  "error",
  "created_at",
  "started_at",
  "finished_at",
] as const;

/** What a run changes in a month. */
export interface MonthSums {
  spans_changed: number;
  usd_before: number;
  usd_after: number;
}

/** Runs that price stored spans again, with what they did to each month. */
export class RepricingStore {
  private readonly database: Kysely<RepricingTables>;

  constructor(database: Database) {
    this.database = database.withTables<RepricingTables>();
  }

  create(range: RepricingRange, monthsTotal: number, createdBy: string | null): Promise<RunRow> {
    return this.database
      .insertInto("repricing_runs")
      .values({
        id: uuidv7(),
        project_id: range.projectId,
        from_time: new Date(range.fromMs),
        to_time: new Date(range.toMs),
        provider: range.provider,
        model: range.model,
        state: "queued",
        months_total: monthsTotal,
        months_done: 0,
        spans_changed: "0",
        usd_before: 0,
        usd_after: 0,
        error: null,
        created_by: createdBy,
        created_at: new Date(),
        started_at: null,
        finished_at: null,
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
  }

  /** Newest first; `afterId` is the last of the page before. */
  list(projectId: string, limit: number, afterId?: string): Promise<RunRow[]> {
    let query = this.database
      .selectFrom("repricing_runs")
      .select(COLUMNS)
      .where("project_id", "=", projectId)
      .orderBy("id", "desc")
      .limit(limit);
    if (afterId) query = query.where("id", "<", afterId);
    return query.execute();
  }

  find(projectId: string, id: string): Promise<RunRow | undefined> {
    return this.database
      .selectFrom("repricing_runs")
      .select(COLUMNS)
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .executeTakeFirst();
  }

  /** For the job, which knows the run only. */
  findRun(id: string): Promise<RunRow | undefined> {
    return this.database.selectFrom("repricing_runs").select(COLUMNS).where("id", "=", id).executeTakeFirst();
  }

  /** A run of the project that is not over, undefined when there is none. */
  unfinished(projectId: string): Promise<{ id: string } | undefined> {
    return this.database
      .selectFrom("repricing_runs")
      .select("id")
      .where("project_id", "=", projectId)
      .where("state", "in", ["queued", "running"])
      .executeTakeFirst();
  }

  /** Moves a run that is not over to another state; false when it was over already. */
  async move(id: string, state: State, error: string | null = null): Promise<boolean> {
    const over = state !== "queued" && state !== "running";
    const row = await this.database
      .updateTable("repricing_runs")
      .set({
        state,
        error,
        ...(state === "running" ? { started_at: sql<Date>`coalesce(started_at, now())` } : {}),
        ...(over ? { finished_at: new Date() } : {}),
      })
      .where("id", "=", id)
      .where("state", "in", ["queued", "running"])
      .returning("id")
      .executeTakeFirst();
    return row !== undefined;
  }

  async isCancelled(id: string): Promise<boolean> {
    const row = await this.database
      .selectFrom("repricing_runs")
      .select("state")
      .where("id", "=", id)
      .executeTakeFirst();
    return row === undefined || row.state === "cancelled";
  }

  async doneMonths(runId: string): Promise<Set<string>> {
    const rows = await this.database
      .selectFrom("repricing_months")
      .select("month")
      .where("run_id", "=", runId)
      .where("done_at", "is not", null)
      .execute();
    return new Set(rows.map(({ month }) => month));
  }

  /** Notes what a month's spans cost before it is begun; who begins it again keeps what was noted first. */
  async planMonth(runId: string, month: string, sums: MonthSums): Promise<void> {
    await this.database
      .insertInto("repricing_months")
      .values({ run_id: runId, month, ...sums, spans_changed: String(sums.spans_changed), done_at: null })
      .onConflict((conflict) => conflict.columns(["run_id", "month"]).doNothing())
      .execute();
  }

  /** Marks a month done and adds it to what the run shows. */
  async finishMonth(runId: string, month: string): Promise<void> {
    await this.database.transaction().execute(async (transaction) => {
      await transaction
        .updateTable("repricing_months")
        .set({ done_at: new Date() })
        .where("run_id", "=", runId)
        .where("month", "=", month)
        .execute();
      await sql`
        UPDATE repricing_runs SET months_done = sums.months, spans_changed = sums.spans,
          usd_before = sums.before, usd_after = sums.after
        FROM (
          SELECT count(*) AS months, coalesce(sum(spans_changed), 0) AS spans,
            coalesce(sum(usd_before), 0) AS before, coalesce(sum(usd_after), 0) AS after
          FROM repricing_months WHERE run_id = ${runId} AND done_at IS NOT NULL
        ) AS sums
        WHERE id = ${runId}`.execute(transaction);
    });
  }
}
