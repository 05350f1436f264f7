import type { Rollups } from "#features/rollups/server/index.ts";
import type { QueryParams, TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";

/** What every question is asked with. */
export interface Ask {
  store: TelemetryStore;
  rollups: Rollups;
  projectId: string;
  signal: AbortSignal;
}

const MAX_SECONDS = 10;
const MAX_MEMORY_BYTES = 512 * 1024 * 1024;

/** Rows, and whether the time was up before all was read: then they tell of a part only. */
export interface BoundedRows<Row> {
  rows: Row[];
  truncated: boolean;
}

/** Runs a query within bounds; what it has found when its time is up is its answer. */
export async function askBounded<Row>(ask: Ask, sql: string, params: QueryParams): Promise<BoundedRows<Row>> {
  const startedAt = performance.now();
  const rows = await ask.store.queryProject<Row>(ask.projectId, sql, params, {
    signal: ask.signal,
    maxSeconds: MAX_SECONDS,
    maxMemoryBytes: MAX_MEMORY_BYTES,
    settings: { timeout_overflow_mode: "break", max_threads: 2 },
  });
  return { rows, truncated: performance.now() - startedAt >= MAX_SECONDS * 1000 };
}

/** Several kinds of source are one answer made of both. */
export function sourceOf(sources: readonly ("rollups" | "spans" | "both")[]): "rollups" | "spans" | "both" {
  const first = sources[0] ?? "spans";
  return sources.every((source) => source === first) ? first : "both";
}
