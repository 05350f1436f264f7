import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { RetentionPreview, Sampling } from "../retention-contract.ts";
import { keepsTrace, sampledTraces } from "./sampling-rule.ts";

const DAY_MS = 86_400_000;

/** What sampling would have kept of the last 24 hours. */
export async function previewSampling(
  store: TelemetryStore,
  projectId: string,
  sampling: Sampling,
  nowMs: number,
  signal: AbortSignal,
): Promise<NonNullable<RetentionPreview["sampling"]>> {
  const keeps = keepsTrace(sampling);
  const [row] = await store.queryProject<NonNullable<RetentionPreview["sampling"]>>(
    projectId,
    `SELECT count() AS traces, countIf(${keeps.sql}) AS kept,
       sum(span_count) AS spans, sumIf(span_count, ${keeps.sql}) AS spans_kept
     FROM (${sampledTraces("toStartOfFiveMinutes(spans.start_time) >= toDateTime({from_s:UInt32}, 'UTC')")})`,
    { ...keeps.params, from_s: Math.floor((nowMs - DAY_MS) / 1000) },
    { signal, settings: { optimize_use_projections: 0 } },
  );
  return row ?? { traces: 0, kept: 0, spans: 0, spans_kept: 0 };
}
