import { setTimeout as sleep } from "node:timers/promises";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { Job } from "#platform/jobs/job-runner.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { type ContentEpochs, EPOCH_REFRESH_MS } from "./content-epochs.ts";
import {
  affectedRange,
  collectItems,
  collectKeptPieces,
  collectPieces,
  countRows,
  type DeletionScope,
  doomedTraces,
  forgetItems,
} from "./deletion-items.ts";
import { orphanedPieces, planDeletion } from "./deletion-plan.ts";
import type { DeletionRow, DeletionStore } from "./deletion-store.ts";
import { deleteRows } from "./mutation.ts";

/** A feature that keeps data of traces, sessions and users in the ledger removes it itself; returns the rows removed. */
export interface LedgerEraser {
  /** Name of what it removes, as the deletion's report tells it. */
  name: string;
  /** Called with each share of the traces that go, as hex, and at least once. */
  erase(scope: DeletionScope, traceIds: readonly string[]): Promise<number>;
}

/** What deleting works with. */
export interface DeletionParts {
  store: TelemetryStore;
  deletions: DeletionStore;
  epochs: ContentEpochs;
  erasers: readonly LedgerEraser[];
  /** Tells the roll-ups that hours have lost spans. */
  markDirty: (projectId: string, fromMs: number, toMs: number) => Promise<void>;
  logger: Logger;
  /** Milliseconds until every process uses a new content epoch and what it had begun to write is stored. */
  epochSettlesMs?: number;
}

/** Tries of a deletion before it counts as failed; each begins afresh and does what is left. */
const MAX_TRIES = 5;

/** `retention.delete`: carries out the deletions whose time has come. Runs every minute and whenever one is asked for. */
export function deletionJob(parts: DeletionParts): Job {
  return {
    name: "retention.delete",
    cron: "* * * * *",
    maxSeconds: 3600,
    async run(_data, signal) {
      for (const row of await parts.deletions.due(new Date())) {
        if (await parts.deletions.begin(row.id)) await attempt(parts, row, signal);
      }
    },
  };
}

async function attempt(parts: DeletionParts, row: DeletionRow, signal: AbortSignal): Promise<void> {
  try {
    await runDeletion(parts, row, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    parts.logger.error({ err: error, deletionId: row.id }, "a deletion did not succeed");
    const failed = row.tries + 1 >= MAX_TRIES;
    const message = error instanceof Error ? error.message : String(error);
    await parts.deletions.update(row.id, {
      error: message,
      ...(failed ? { state: "failed" as const, finished_at: new Date() } : { step: "Waiting to try again" }),
    });
  }
}

/**
 * Deletes everything of a scope. Each step can be repeated, so a deletion that was cut off begins again: what is
 * gone already costs nothing. Content goes last, where no remaining span refers to it.
 */
async function runDeletion(parts: DeletionParts, row: DeletionRow, signal: AbortSignal): Promise<void> {
  const { store, deletions, epochs } = parts;
  const scope: DeletionScope = { id: row.id, projectId: row.project_id, kind: row.kind, target: row.target };
  const plan = planDeletion(scope);
  const steps = plan.length + 2;
  const deleted: Record<string, number> = { ...row.deleted };
  const report = (step: string, at: number) =>
    deletions.update(row.id, { step, progress: at / steps, deleted });

  await report("Looking for what belongs to it", 0);
  const raisedAtMs = Date.now();
  await epochs.raise(scope.projectId);
  await sleep(parts.epochSettlesMs ?? 2 * EPOCH_REFRESH_MS, undefined, { signal });
  await collectItems(store, scope);
  await collectPieces(store, scope, raisedAtMs);
  const range = await affectedRange(store, scope);

  for (const [at, { table, where }] of plan.entries()) {
    await report(`Removing rows of ${table}`, at + 1);
    deleted[table] = (deleted[table] ?? 0) + (await removeAll(store, table, where, signal));
  }
  for (const eraser of parts.erasers) {
    let rows = await eraser.erase(scope, []);
    for await (const traceIds of doomedTraces(store, scope)) rows += await eraser.erase(scope, traceIds);
    deleted[eraser.name] = (deleted[eraser.name] ?? 0) + rows;
  }
  await report("Removing messages that nothing refers to any more", plan.length + 1);
  await collectKeptPieces(store, scope);
  deleted.messages =
    (deleted.messages ?? 0) + (await removeAll(store, "messages", orphanedPieces(scope), signal));
  if (range) await parts.markDirty(scope.projectId, range.fromMs, range.toMs);
  await forgetItems(store, scope.id);
  await deletions.update(row.id, {
    state: "done",
    step: "",
    progress: 1,
    deleted,
    error: "",
    target: scope.kind === "project_data" ? scope.target : "",
    finished_at: new Date(),
  });
}

async function removeAll(
  store: TelemetryStore,
  table: string,
  where: string,
  signal: AbortSignal,
): Promise<number> {
  const rows = await countRows(store, table, where);
  if (rows > 0) await deleteRows(store, table, where, { signal });
  return rows;
}
