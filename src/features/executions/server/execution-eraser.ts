import type pg from "pg";
import type { LedgerEraser } from "#features/retention/server/index.ts";

/** Removes the executions that a deletion is about: by their trace, session or user, or all of the project. */
export function executionEraser(pool: pg.Pool): LedgerEraser {
  return {
    name: "executions",
    async erase({ projectId, kind, target }, traceIds) {
      const { rowCount } = await pool.query(
        `DELETE FROM executions
         WHERE project_id = $1
           AND ($2 = 'project_data'
             OR ($2 = 'session' AND session_id = $3)
             OR ($2 = 'user' AND user_id = $3)
             OR trace_id = ANY ($4::text[]))`,
        [projectId, kind, target, traceIds],
      );
      return rowCount ?? 0;
    },
  };
}
