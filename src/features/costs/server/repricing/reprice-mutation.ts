import { setTimeout as sleep } from "node:timers/promises";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { type KindPrices, kindCondition, priceSql, text } from "./price-sql.ts";
import { sliceCondition } from "./repricing-query.ts";
import type { MonthSlice } from "./repricing-range.ts";

const POLL_MS = 100;

interface Mutation {
  mutation_id: string;
  is_done: number;
  latest_fail_reason: string;
}

/** One rewriting of cost and version in a month of one project. */
export interface RepriceMutation {
  projectId: string;
  slice: MonthSlice;
  kinds: readonly KindPrices[];
  preferReported: boolean;
  /** Names it in the store's list of mutations, so that who comes back after a crash waits for it. */
  marker: string;
}

/**
 * Rewrites cost and version of the spans whose price changed, and returns when it is done. The store swaps whole
 * parts together with their projections, so a reader sees a span with its old price or its new one, never both.
 * Repeating it changes nothing. When `signal` aborts or `cancelled` says so, the mutation is taken back; parts it
 * has swapped already stay.
 */
export async function repriceSpans(
  store: TelemetryStore,
  mutation: RepriceMutation,
  options: { signal: AbortSignal; cancelled: () => Promise<boolean> },
): Promise<"done" | "cancelled"> {
  const earlier = await find(store, mutation.marker);
  if (!earlier.some(({ is_done }) => is_done === 0)) {
    await store.command(mutationSql(mutation));
  }
  for (;;) {
    const found = await find(store, mutation.marker);
    const failed = found.find(({ latest_fail_reason }) => latest_fail_reason !== "");
    if (failed) {
      await kill(store, found);
      throw new FlightdeckError(`Spans could not be priced again: ${failed.latest_fail_reason}`, {
        code: "repricing_failed",
        status: 500,
      });
    }
    if (found.every(({ is_done }) => is_done === 1)) return "done";
    if (await options.cancelled()) {
      await kill(store, found);
      return "cancelled";
    }
    await sleep(POLL_MS, undefined, { signal: options.signal });
  }
}

function mutationSql({ projectId, slice, kinds, preferReported, marker }: RepriceMutation): string {
  const { usd, version, changes } = priceSql(kinds, preferReported);
  return `ALTER TABLE spans UPDATE cost_usd = ${usd}, price_version = ${version}
    IN PARTITION ID ${text(slice.month)}
    WHERE project_id = toUUID(${text(projectId)}) AND ${sliceCondition(slice)}
      AND (${kinds.map(({ kind }) => kindCondition(kind)).join(" OR ")})
      AND ${changes} AND ${text(marker)} != ''`;
}

function find(store: TelemetryStore, marker: string): Promise<Mutation[]> {
  return store.queryAll<Mutation>(
    `SELECT mutation_id, is_done, latest_fail_reason FROM system.mutations
     WHERE database = currentDatabase() AND table = 'spans' AND position(command, {marker:String}) > 0
       AND NOT is_killed`,
    { marker },
  );
}

async function kill(store: TelemetryStore, mutations: readonly Mutation[]): Promise<void> {
  for (const { mutation_id, is_done } of mutations) {
    if (is_done === 1) continue;
    await store.command(
      `KILL MUTATION WHERE database = currentDatabase() AND table = 'spans' AND mutation_id = ${text(mutation_id)}`,
    );
  }
}
