import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { Job } from "#platform/jobs/job-runner.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type { ProjectPriceKeeper } from "../prices/project-prices.ts";
import { repriceSpans } from "./reprice-mutation.ts";
import { findChanges } from "./repricing-query.ts";
import { type MonthSlice, monthsOf, type RepricingRange } from "./repricing-range.ts";
import type { RepricingStore, RunRow } from "./repricing-store.ts";

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    /** Stored spans of a project have other costs now. */
    spans_repriced: { projectId: string; fromMs: number; toMs: number };
  }
}

/** What pricing again works with. */
export interface RepricingParts {
  store: RepricingStore;
  telemetry: TelemetryStore;
  book: PriceBook;
  keeper: ProjectPriceKeeper;
  events: EventBus;
  logger: Logger;
  /** Makes roll-ups of these hours be computed again; called before and after spans change. */
  markDirty(projectId: string, fromMs: number, toMs: number): Promise<unknown>;
}

export const REPRICING_JOB = "costs.reprice";

/** Re-pricing of a long range takes as long as rewriting two columns of it does. */
const MAX_SECONDS = 6 * 3600;

/**
 * Prices stored spans again, month by month. A run that was cut off goes on with the month it was in; months that
 * are done are left alone, and a month begun twice comes to the same.
 */
export function repricingJob(parts: RepricingParts): Job<{ runId: string }> {
  return {
    name: REPRICING_JOB,
    maxSeconds: MAX_SECONDS,
    async run({ runId }, signal) {
      const run = await parts.store.findRun(runId);
      if (!run || !(await parts.store.move(runId, "running"))) return;
      try {
        if (await repriceRun(parts, run, signal)) await parts.store.move(runId, "completed");
      } catch (error) {
        // The process is stopping: the queue starts the run again.
        if (signal.aborted) throw error;
        parts.logger.error({ err: error, runId }, "spans could not be priced again");
        await parts.store.move(runId, "failed", error instanceof Error ? error.message : String(error));
      }
    },
  };
}

/** False when the run was cancelled. */
async function repriceRun(parts: RepricingParts, run: RunRow, signal: AbortSignal): Promise<boolean> {
  const range: RepricingRange = {
    projectId: run.project_id,
    fromMs: run.from_time.getTime(),
    toMs: run.to_time.getTime(),
    provider: run.provider,
    model: run.model,
  };
  // Another process may have answered the change that this run is for.
  await parts.keeper.refresh();
  const done = await parts.store.doneMonths(run.id);
  for (const slice of monthsOf(range.fromMs, range.toMs)) {
    if (done.has(slice.month)) continue;
    if (await parts.store.isCancelled(run.id)) return false;
    if (!(await repriceMonth(parts, run.id, range, slice, signal))) return false;
  }
  return true;
}

async function repriceMonth(
  parts: RepricingParts,
  runId: string,
  range: RepricingRange,
  slice: MonthSlice,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, telemetry, book } = parts;
  const found = await findChanges(telemetry, book, range, slice, signal);
  const changes = found.flatMap((one) => one.changes);
  const sum = (of: "spans_changed" | "usd_before" | "usd_after") =>
    changes.reduce((total, change) => total + change[of], 0);
  await store.planMonth(runId, slice.month, {
    spans_changed: sum("spans_changed"),
    usd_before: sum("usd_before"),
    usd_after: sum("usd_after"),
  });
  // Before, so that a crash in between leaves no stale sum; after, so that none is settled from spans half done.
  if (found.length > 0) await parts.markDirty(range.projectId, slice.fromMs, slice.toMs);
  for (const [index, { kinds }] of found.entries()) {
    const outcome = await repriceSpans(
      telemetry,
      {
        projectId: range.projectId,
        slice,
        kinds,
        preferReported: book.prefersReported(range.projectId),
        marker: `repricing ${runId} ${slice.month} ${index}`,
      },
      { signal, cancelled: () => store.isCancelled(runId) },
    );
    if (outcome === "cancelled") {
      await finish();
      return false;
    }
  }
  await store.finishMonth(runId, slice.month);
  await finish();
  return true;

  async function finish(): Promise<void> {
    if (found.length === 0) return;
    const { fromMs, toMs } = slice;
    await parts.markDirty(range.projectId, fromMs, toMs);
    parts.events.emit("spans_repriced", { projectId: range.projectId, fromMs, toMs });
  }
}
