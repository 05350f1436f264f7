import type { NativeBlock } from "#platform/clickhouse/native/index.ts";
import type { BatchPieces } from "../messages/piece-collector.ts";
import type { ReadOutcome } from "../otlp/trace-reader.ts";
import type { SeenAgent } from "./seen-agents.ts";

/**
 * Where a span's identity lies in `ids`: project 0–16 (in ClickHouse's order), trace id 16–32, span id 32–40, start
 * time 40–48 (nanoseconds, little endian).
 */
export const SPAN_ID_STRIDE = 48;

/** The spans of one request, encoded and not stored yet. */
export interface SpanBatch {
  readonly projectId: string;
  readonly receivedAtMs: number;
  /** Number of spans. */
  readonly size: number;
  readonly byteLength: number;
  /** Identities of the spans, `SPAN_ID_STRIDE` bytes each; may be followed by bytes that mean nothing. */
  readonly ids: Buffer;
  /** Ends of the spans in milliseconds since 1970. */
  readonly endsMs: Float64Array;
  readonly agents: readonly SeenAgent[];
  /** Pieces of content that were not known to be stored when the batch was made. */
  readonly pieces: BatchPieces;
  readonly block: NativeBlock;
  /** What the reader said of the request. */
  readonly outcome: ReadOutcome;
  /** The same spans read and encoded once more, without some of them, by index. */
  without(rows: ReadonlySet<number>): SpanBatch;
  /** Gives the memory to later batches, once nobody reads this one any more. */
  release(): void;
}
