/** What others use of rollups. */
export { ROLLUP_DIMENSIONS, ROLLUP_STATES, ROLLUP_SUMS } from "./rollup-columns.ts";
export { defineRollupJobs } from "./rollup-jobs.ts";
export { Rollups } from "./rollups.ts";
export { type SourcePlan, type SpanRange, spansOnly } from "./source-plan.ts";
