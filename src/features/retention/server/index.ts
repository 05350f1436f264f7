/** What the composition and other features use of retention. */
export { ContentEpochs } from "./content-epochs.ts";
export type { LedgerEraser } from "./deletion-job.ts";
export { registerDeletionRoutes } from "./deletion-routes.ts";
export { DeletionStore } from "./deletion-store.ts";
export { defineRetentionJobs } from "./retention-jobs.ts";
export { retentionPolicy } from "./retention-policy.ts";
export { registerRetentionRoutes } from "./retention-routes.ts";
export { RetentionStore } from "./retention-store.ts";
