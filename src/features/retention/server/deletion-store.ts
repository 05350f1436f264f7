import type { Kysely } from "kysely";
import { uuidv7 } from "uuidv7";
import type { Database } from "#platform/postgres/database.ts";
import type { Deletion } from "../retention-contract.ts";

export interface DeletionRow {
  id: string;
  project_id: string;
  kind: Deletion["kind"];
  target: string;
  state: Deletion["state"];
  step: string;
  progress: number;
  deleted: Record<string, number>;
  error: string;
  tries: number;
  requested_by: string | null;
  requested_at: Date;
  run_after: Date;
  finished_at: Date | null;
}

/** Requests to delete, in the ledger. */
export class DeletionStore {
  private readonly database: Kysely<{ deletions: DeletionRow }>;

  constructor(database: Database) {
    this.database = database.withTables<{ deletions: DeletionRow }>();
  }

  create(input: {
    projectId: string;
    kind: Deletion["kind"];
    target: string;
    requestedBy: string | null;
    now: Date;
    runAfter: Date;
  }): Promise<DeletionRow> {
    return this.database
      .insertInto("deletions")
      .values({
        id: uuidv7(),
        project_id: input.projectId,
        kind: input.kind,
        target: input.target,
        state: "waiting",
        step: "",
        progress: 0,
        deleted: {},
        error: "",
        tries: 0,
        requested_by: input.requestedBy,
        requested_at: input.now,
        run_after: input.runAfter,
        finished_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Newest first; `afterId` is the last of the page before. */
  list(projectId: string, limit: number, afterId?: string): Promise<DeletionRow[]> {
    let query = this.database
      .selectFrom("deletions")
      .selectAll()
      .where("project_id", "=", projectId)
      .orderBy("id", "desc")
      .limit(limit);
    if (afterId) query = query.where("id", "<", afterId);
    return query.execute();
  }

  find(projectId: string, id: string): Promise<DeletionRow | undefined> {
    return this.database
      .selectFrom("deletions")
      .selectAll()
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .executeTakeFirst();
  }

  /** Deletions whose time has come, those that a stop interrupted among them, oldest first. */
  due(now: Date): Promise<DeletionRow[]> {
    return this.database
      .selectFrom("deletions")
      .selectAll()
      .where("state", "in", ["waiting", "running"])
      .where("run_after", "<=", now)
      .orderBy("id")
      .limit(100)
      .execute();
  }

  /** Cancels a deletion that has not begun; false when it has. */
  async cancel(projectId: string, id: string, now: Date): Promise<boolean> {
    const row = await this.database
      .updateTable("deletions")
      .set({ state: "cancelled", finished_at: now })
      .where("project_id", "=", projectId)
      .where("id", "=", id)
      .where("state", "=", "waiting")
      .returning("id")
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Marks a deletion as begun; false when it was cancelled meanwhile. */
  async begin(id: string): Promise<boolean> {
    const row = await this.database
      .updateTable("deletions")
      .set((expression) => ({ state: "running", tries: expression("tries", "+", 1) }))
      .where("id", "=", id)
      .where("state", "in", ["waiting", "running"])
      .returning("id")
      .executeTakeFirst();
    return row !== undefined;
  }

  async update(
    id: string,
    change: Partial<
      Pick<DeletionRow, "state" | "step" | "progress" | "deleted" | "error" | "target" | "finished_at">
    >,
  ): Promise<void> {
    await this.database.updateTable("deletions").set(change).where("id", "=", id).execute();
  }
}
