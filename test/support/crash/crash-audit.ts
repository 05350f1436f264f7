import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { SentSpans } from "./crash-client.ts";

/** What the store holds, held against what was sent. */
export interface CrashAudit {
  stored: number;
  /** Acknowledged spans that are not stored. */
  lost: number;
  /** Spans stored more than once. */
  duplicated: number;
  /** Spans stored though their request was never acknowledged: allowed, since the answer may be what got lost. */
  unacknowledgedButStored: number;
  /** Stored spans that nobody sent. */
  unknown: number;
  /** Traces whose summary in the projection differs from the sum over their spans. */
  summariesThatDisagree: number;
}

/** Compares every stored span with what was sent, and the summaries with the spans. */
export async function auditStore(store: TelemetryStore, sent: SentSpans): Promise<CrashAudit> {
  const rows = await store.queryAll<{ key: string; copies: number }>(
    "SELECT lower(hex(trace_id)) || lower(hex(span_id)) AS key, count() AS copies FROM spans GROUP BY key",
  );
  const missing = new Set(sent.acknowledged);
  const audit: CrashAudit = {
    stored: 0,
    lost: 0,
    duplicated: 0,
    unacknowledgedButStored: 0,
    unknown: 0,
    summariesThatDisagree: await disagreeingSummaries(store),
  };
  for (const { key, copies } of rows) {
    audit.stored += copies;
    if (copies > 1) audit.duplicated++;
    if (missing.delete(key)) continue;
    if (sent.unanswered.has(key)) audit.unacknowledgedButStored++;
    else audit.unknown++;
  }
  audit.lost = missing.size;
  return audit;
}

const SUMMARY = `SELECT trace_id, toDate(start_time), count(), min(start_time), countIf(status = 2), max(session_id),
    sum(tokens_input_uncached), sum(tokens_output)
  FROM spans GROUP BY project_id, toDate(start_time), trace_id ORDER BY trace_id`;

async function disagreeingSummaries(store: TelemetryStore): Promise<number> {
  const summaries = async (settings: string) => {
    const rows = await store.queryAll<Record<string, unknown>>(
      `SELECT lower(hex(trace_id)) AS trace, * EXCEPT (trace_id) FROM (${SUMMARY}) SETTINGS ${settings}`,
    );
    return new Set(rows.map((row) => JSON.stringify(row)));
  };
  const projected = await summaries("force_optimize_projection = 1");
  const summed = await summaries("optimize_use_projections = 0");
  const missing = (from: Set<string>, of: Set<string>) => [...of].filter((row) => !from.has(row)).length;
  return Math.max(missing(projected, summed), missing(summed, projected));
}
