import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { KnownPieces } from "../messages/known-pieces.ts";
import { PieceCollector } from "../messages/piece-collector.ts";
import { SpanColumns } from "./span-columns.ts";

const COLUMN_NAMES = new SpanColumns(new PieceCollector(new KnownPieces())).entries.map(([name]) => name);

/** A span's identity within a project, ids as hex, with the time bucket that finds it by primary key. */
export interface SpanIdentity {
  traceId: string;
  spanId: string;
  /** Nanoseconds since 1970. */
  startNs: bigint;
}

/** Writes blocks made by `SpanEncoder`, durable when it returns. */
export function insertSpans(store: TelemetryStore, blocks: readonly Buffer[], token: string): Promise<void> {
  return store.insertNative("spans", COLUMN_NAMES, blocks, token);
}

const FIVE_MINUTES_NS = 300_000_000_000n;

/**
 * Which of these spans the store already holds, as `traceId + spanId` in hex. Spans are found by primary
 * key where the same start time was sent again, as a retry does.
 */
export async function findStoredSpans(
  store: TelemetryStore,
  projectId: string,
  spans: readonly SpanIdentity[],
): Promise<Set<string>> {
  const buckets = [...new Set(spans.map((span) => Number((span.startNs / FIVE_MINUTES_NS) * 300n)))];
  const traces = [...new Set(spans.map((span) => span.traceId))];
  const rows = await store.queryProject<{ key: string }>(
    projectId,
    `SELECT DISTINCT lower(hex(trace_id)) || lower(hex(span_id)) AS key
     FROM spans
     WHERE project_id = {project_id:UUID}
       AND toStartOfFiveMinutes(start_time) IN (SELECT toDateTime(arrayJoin({buckets:Array(UInt32)}), 'UTC'))
       AND trace_id IN (SELECT toFixedString(unhex(arrayJoin({traces:Array(String)})), 16))`,
    { buckets, traces },
  );
  return new Set(rows.map((row) => row.key));
}

/** Every span's identity and end that claims to end after `sinceMs`, over all projects. */
export function findSpansEndingAfter(
  store: TelemetryStore,
  sinceMs: number,
): Promise<{ project_id: string; trace_id: string; span_id: string; end_ms: number }[]> {
  return store.queryAll(
    `SELECT toString(project_id) AS project_id, lower(hex(trace_id)) AS trace_id, lower(hex(span_id)) AS span_id,
            toUnixTimestamp64Milli(toDateTime64(addNanoseconds(start_time, duration_ns), 3, 'UTC')) AS end_ms
     FROM spans
     WHERE addNanoseconds(start_time, duration_ns) > fromUnixTimestamp64Milli({since:Int64}, 'UTC')
     LIMIT 1000000`,
    { since: sinceMs },
  );
}

/** Whether the store holds no span at all. */
export async function isSpanStoreEmpty(store: TelemetryStore): Promise<boolean> {
  const rows = await store.queryAll<{ one: number }>("SELECT 1 AS one FROM spans LIMIT 1");
  return rows.length === 0;
}
