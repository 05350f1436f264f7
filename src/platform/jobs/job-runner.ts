import type pg from "pg";
import { PgBoss } from "pg-boss";
import type { Logger } from "#platform/observability/logger.ts";

/** Seconds between looks for new work; a job that is sent starts within this time. */
const POLL_SECONDS = 1;

/** Background work of one kind. It may run again after a crash or failure, so repeating it must be harmless. */
export interface Job<Data extends object = object> {
  /** Stable name, e.g. `costs.reprice`. */
  name: string;
  /** Five-field cron expression in UTC, for work that comes back by itself; it is sent with empty data. */
  cron?: string;
  /** How often a failed run is tried again, with growing pauses; 5 unless told. */
  retries?: number;
  /** Seconds after which a run counts as lost, e.g. because its process was killed; 900 unless told. */
  maxSeconds?: number;
  /** Does the work. `signal` aborts when the process stops or the time is up; what was not finished is tried again. */
  run(data: Data, signal: AbortSignal): Promise<void>;
}

/**
 * Runs background jobs from a queue in PostgreSQL, shared by all processes: each job runs in one of them, one at
 * a time per kind and process. Failures are logged, tried again with growing pauses and kept for a week.
 */
export class JobRunner {
  private readonly jobs = new Map<string, Job>();
  private readonly pool: pg.Pool;
  private readonly logger: Logger;
  private boss: PgBoss | undefined;

  constructor(pool: pg.Pool, logger: Logger) {
    this.pool = pool;
    this.logger = logger;
  }

  /** Makes a kind of job known. Call it before `start`. */
  define<Data extends object>(job: Job<Data>): void {
    this.jobs.set(job.name, job as unknown as Job);
  }

  /** Starts working. Without it jobs are neither accepted nor run, as in tests that call them by hand. */
  async start(): Promise<void> {
    const boss = new PgBoss({
      db: { executeSql: (text, values) => this.pool.query(text, values) },
      schema: "jobs",
    });
    boss.on("error", (error) => this.logger.warn({ err: error }, "the job queue had an error"));
    await boss.start();
    for (const job of this.jobs.values()) await this.work(boss, job);
    this.boss = boss;
  }

  /**
   * Queues a job; returns its id, or null when one with the same `key` is waiting already.
   * Before `start`, as in tests, the job runs at once and errors reach the caller.
   */
  async send(name: string, data: object = {}, options: { key?: string } = {}): Promise<string | null> {
    const job = this.jobs.get(name);
    if (!job) throw new Error(`There is no job "${name}".`);
    if (this.boss) {
      return this.boss.send(name, data, options.key === undefined ? {} : { singletonKey: options.key });
    }
    await job.run(data, new AbortController().signal);
    return null;
  }

  /** Lets running jobs finish for up to ten seconds; what is cut off runs again at the next start. */
  async stop(): Promise<void> {
    const boss = this.boss;
    this.boss = undefined;
    await boss?.stop({ graceful: true, timeout: 10_000 });
  }

  private async work(boss: PgBoss, job: Job): Promise<void> {
    await boss.createQueue(job.name, { policy: "short" });
    await boss.updateQueue(job.name, {
      retryLimit: job.retries ?? 5,
      retryDelay: 5,
      retryBackoff: true,
      expireInSeconds: job.maxSeconds ?? 900,
    });
    await boss.work(job.name, { pollingIntervalSeconds: POLL_SECONDS }, async ([run]) => {
      if (!run) return;
      try {
        await job.run(run.data as object, run.signal);
      } catch (error) {
        this.logger.error({ err: error, job: job.name, jobId: run.id }, "a background job failed");
        throw error;
      }
    });
    if (job.cron) await boss.schedule(job.name, job.cron, {});
    else await boss.unschedule(job.name);
  }
}
