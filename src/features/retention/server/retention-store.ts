import type { Kysely } from "kysely";
import type { Database } from "#platform/postgres/database.ts";
import type { Sampling, SignalDays } from "../retention-contract.ts";

export interface RetentionRow {
  project_id: string;
  days: Partial<SignalDays>;
  sampling: Sampling | null;
  updated_at: Date;
  updated_by: string | null;
}

/** How long each project keeps what. A project without a row keeps the defaults. */
export class RetentionStore {
  private readonly database: Kysely<{ retention_settings: RetentionRow }>;

  constructor(database: Database) {
    this.database = database.withTables<{ retention_settings: RetentionRow }>();
  }

  find(projectId: string): Promise<RetentionRow | undefined> {
    return this.database
      .selectFrom("retention_settings")
      .selectAll()
      .where("project_id", "=", projectId)
      .executeTakeFirst();
  }

  /** Settings of all projects that have any. */
  all(): Promise<RetentionRow[]> {
    return this.database.selectFrom("retention_settings").selectAll().orderBy("project_id").execute();
  }

  async save(
    projectId: string,
    settings: { days: Partial<SignalDays>; sampling: Sampling | null },
    by: { userId: string | null; now: Date },
  ): Promise<void> {
    const values = {
      days: settings.days,
      // The driver would write null as SQL's NULL and any other value as JSON, which is what the column means.
      sampling: settings.sampling,
      updated_at: by.now,
      updated_by: by.userId,
    };
    await this.database
      .insertInto("retention_settings")
      .values({ project_id: projectId, ...values })
      .onConflict((conflict) => conflict.column("project_id").doUpdateSet(values))
      .execute();
  }
}
