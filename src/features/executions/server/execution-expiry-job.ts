import type pg from "pg";
import type { Job } from "#platform/jobs/job-runner.ts";

/** Reported runs are kept as long as traces are, since the two are one list. */
const DEFAULT_DAYS = 90;
/** Rows of one statement: a long one would hold up the writers. */
const ROWS_AT_ONCE = 5000;

/** What a project keeps, as its retention settings tell it. */
export interface KeptDays {
  project_id: string;
  days: { traces?: number };
}

/** `executions.expire`: each night removes reported runs whose time is over, counted from when they were last reported. */
export function executionExpiryJob(parts: { pool: pg.Pool; settings: { all(): Promise<KeptDays[]> } }): Job {
  return {
    name: "executions.expire",
    cron: "41 2 * * *",
    async run(_data, signal) {
      const own = (await parts.settings.all()).flatMap(({ project_id, days }) =>
        days.traces === undefined ? [] : [{ project_id, days: days.traces }],
      );
      for (let removed = ROWS_AT_ONCE; removed === ROWS_AT_ONCE && !signal.aborted; ) {
        const { rowCount } = await parts.pool.query(
          `WITH kept AS (SELECT * FROM unnest($1::uuid[], $2::integer[]) AS own (project_id, days)),
             over AS (
               SELECT project_id, id FROM executions LEFT JOIN kept USING (project_id)
               WHERE updated_at < now() - make_interval(days => COALESCE(kept.days, ${DEFAULT_DAYS}))
               LIMIT ${ROWS_AT_ONCE})
           DELETE FROM executions USING over
           WHERE executions.project_id = over.project_id AND executions.id = over.id`,
          [own.map(({ project_id }) => project_id), own.map(({ days }) => days)],
        );
        removed = rowCount ?? 0;
      }
    },
  };
}
