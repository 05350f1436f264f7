import type { Kysely } from "kysely";
import type { Database } from "#platform/postgres/database.ts";

export interface SampledHourRow {
  project_id: string;
  hour: Date;
  traces_kept: string;
  traces_dropped: string;
  spans_dropped: string;
  finished_at: Date;
}

/** Which hours have been sampled. */
export class SampledHourStore {
  private readonly database: Kysely<{ sampled_hours: SampledHourRow }>;

  constructor(database: Database) {
    this.database = database.withTables<{ sampled_hours: SampledHourRow }>();
  }

  /** The end of the last sampled hour, in milliseconds; undefined when none was. */
  async sampledUntil(projectId: string): Promise<number | undefined> {
    const row = await this.database
      .selectFrom("sampled_hours")
      .select("hour")
      .where("project_id", "=", projectId)
      .orderBy("hour", "desc")
      .limit(1)
      .executeTakeFirst();
    return row && row.hour.getTime() + 3_600_000;
  }

  /** Writes down that everything up to the hour before `untilMs` has been sampled. Repeating it changes nothing. */
  async save(
    projectId: string,
    untilMs: number,
    counts: { kept: number; dropped: number; spans: number },
    now: Date,
  ): Promise<void> {
    await this.database
      .insertInto("sampled_hours")
      .values({
        project_id: projectId,
        hour: new Date(untilMs - 3_600_000),
        traces_kept: String(counts.kept),
        traces_dropped: String(counts.dropped),
        spans_dropped: String(counts.spans),
        finished_at: now,
      })
      .onConflict((conflict) => conflict.columns(["project_id", "hour"]).doNothing())
      .execute();
  }
}
