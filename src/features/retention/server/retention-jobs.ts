import type { Rollups } from "#features/rollups/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { JobRunner } from "#platform/jobs/job-runner.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { Database } from "#platform/postgres/database.ts";
import type { ContentEpochs } from "./content-epochs.ts";
import { deletionJob, type LedgerEraser } from "./deletion-job.ts";
import type { DeletionStore } from "./deletion-store.ts";
import { pieceCollectionJob } from "./piece-collection-job.ts";
import { retentionJob } from "./retention-job.ts";
import type { RetentionStore } from "./retention-store.ts";
import { SampledHourStore } from "./sampled-hour-store.ts";
import { samplingJob } from "./sampling-job.ts";

/** Defines all work in the background that removes data. */
export function defineRetentionJobs(
  jobs: JobRunner,
  parts: {
    store: TelemetryStore;
    database: Database;
    settings: RetentionStore;
    deletions: DeletionStore;
    epochs: ContentEpochs;
    erasers: readonly LedgerEraser[];
    rollups: Rollups;
    logger: Logger;
  },
): void {
  const { store, settings, rollups, logger } = parts;
  jobs.define(
    retentionJob({
      store,
      settings,
      logger,
      freezeBefore: (projectId, beforeMs) => rollups.freezeBefore(projectId, beforeMs),
    }),
  );
  jobs.define(
    deletionJob({
      ...parts,
      markDirty: async (projectId, fromMs, toMs) => {
        await rollups.markDirty(projectId, fromMs, toMs);
      },
    }),
  );
  jobs.define(
    samplingJob({
      store,
      settings,
      sampledHours: new SampledHourStore(parts.database),
      rollups: {
        settledUntil: (projectId) => rollups.ledger.settledUntil(projectId),
        freeze: (projectId, fromMs, toMs) => rollups.freeze(projectId, fromMs, toMs),
      },
      logger,
    }),
  );
  jobs.define(pieceCollectionJob({ store, projectIds: () => rollups.ledger.projects() }));
}
