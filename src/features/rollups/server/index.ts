/** What others use of rollups. */
export { ROLLUP_DIMENSIONS } from "./rollup-columns.ts";
export { defineRollupJobs } from "./rollup-jobs.ts";
export { Rollups } from "./rollups.ts";
export type { SourcePlan } from "./source-plan.ts";
