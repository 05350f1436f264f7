import type { Kysely } from "kysely";
import type { Logger } from "#platform/observability/logger.ts";
import type { Database } from "#platform/postgres/database.ts";

/** How long another process may use an epoch that was just left, in milliseconds. */
export const EPOCH_REFRESH_MS = 5000;

type Tables = { content_epochs: { project_id: string; epoch: number } };

/**
 * The content epoch of each project: a number that goes into the hash of every content piece, 0 until something is
 * deleted. A deletion raises it first; spans that arrive afterwards write pieces of their own and never refer to
 * those of an earlier epoch, so pieces of the past can be removed without a race.
 */
export class ContentEpochs {
  private byProject = new Map<string, number>();
  private readonly database: Kysely<Tables>;
  private readonly logger: Logger;
  private timer: NodeJS.Timeout | undefined;

  private constructor(database: Database, logger: Logger) {
    this.database = database.withTables<Tables>();
    this.logger = logger;
  }

  /** Loads the epochs; `stop` ends the refreshing. */
  static async open(database: Database, logger: Logger): Promise<ContentEpochs> {
    const epochs = new ContentEpochs(database, logger);
    await epochs.refresh();
    epochs.timer = setInterval(() => {
      epochs.refresh().catch((error: unknown) => {
        logger.warn({ err: error }, "content epochs could not be refreshed; the last ones stay in use");
      });
    }, EPOCH_REFRESH_MS);
    epochs.timer.unref();
    return epochs;
  }

  /** The epoch that new pieces of a project are hashed with. */
  of(projectId: string): number {
    return this.byProject.get(projectId) ?? 0;
  }

  /** Begins the project's next epoch, here at once and elsewhere within `EPOCH_REFRESH_MS`. */
  async raise(projectId: string): Promise<void> {
    await this.database
      .insertInto("content_epochs")
      .values({ project_id: projectId, epoch: 1 })
      .onConflict((conflict) =>
        conflict.column("project_id").doUpdateSet((expression) => ({
          epoch: expression("content_epochs.epoch", "+", 1),
        })),
      )
      .execute();
    await this.refresh();
    this.logger.info({ projectId, epoch: this.of(projectId) }, "content epoch raised");
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async refresh(): Promise<void> {
    const rows = await this.database.selectFrom("content_epochs").selectAll().execute();
    this.byProject = new Map(rows.map((row) => [row.project_id, row.epoch]));
  }
}
