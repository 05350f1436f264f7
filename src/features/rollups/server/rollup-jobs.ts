import type pg from "pg";
import type { JobRunner } from "#platform/jobs/job-runner.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { AdvisoryLock, withAdvisoryLock } from "#platform/postgres/advisory-lock.ts";
import { DAY_MS } from "./rollup-times.ts";
import type { Rollups } from "./rollups.ts";

/** Spans may be removed by the store 90 days after they arrived; their hours are frozen well before. */
const FREEZE_AFTER_MS = 85 * DAY_MS;

/** Defines the work in the background: hours are settled every five minutes, old rows removed every hour. */
export function defineRollupJobs(jobs: JobRunner, rollups: Rollups, pool: pg.Pool, logger: Logger): void {
  jobs.define({
    name: "rollups.settle",
    cron: "*/5 * * * *",
    maxSeconds: 1500,
    run: (_data, signal) =>
      withAdvisoryLock(pool, AdvisoryLock.rollups, async () => {
        for (const projectId of await rollups.ledger.projects()) {
          const nowMs = Date.now();
          const hours = await rollups.settler.settleProject(projectId, nowMs, signal);
          if (hours > 0) logger.debug({ projectId, hours }, "hours settled");
          await rollups.freeze(projectId, 0, nowMs - FREEZE_AFTER_MS);
        }
      }),
  });
  jobs.define({
    name: "rollups.clean",
    cron: "37 * * * *",
    run: async (_data, signal) => {
      await rollups.settler.clean(signal);
    },
  });
}
