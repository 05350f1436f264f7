import type { SpanPrice, SpanPricer } from "#features/costs/server/index.ts";
import {
  type AttributeMapping,
  createFacts,
  readSpanFacts,
  type SpanView,
} from "#features/telemetry/server/index.ts";
import { GrowingBytes, giveBack, NativeBlock, pooledCopy } from "#platform/clickhouse/native/index.ts";
import { uuidBytes } from "#platform/clickhouse/row-binary-writer.ts";
import type { KnownPieces } from "../messages/known-pieces.ts";
import { PieceCollector, projectWords } from "../messages/piece-collector.ts";
import type { ReadOutcome } from "../otlp/trace-reader.ts";
import { SeenAgents } from "./seen-agents.ts";
import type { SpanBatch } from "./span-batch.ts";
import { type RowContext, SpanColumns } from "./span-columns.ts";
import { endMs, startMs } from "./span-time.ts";

/** Where a project's own attribute names are looked up. */
export interface MappingSource {
  of(projectId: string): AttributeMapping | undefined;
}

/** What spans are read with besides their dialects. */
export interface SpanEncoderParts {
  pricer: SpanPricer;
  mappings?: MappingSource | undefined;
  /** The number that goes into the hashes of a project's pieces; see `ContentEpochs` of retention. */
  contentEpochs?: { of(projectId: string): number } | undefined;
  known: KnownPieces;
}

/** Reads a request and hands on its spans; called twice when spans have to be left out. */
export type ReadSpans = (take: (span: SpanView) => void) => ReadOutcome;

/**
 * Turns the spans of a request into a block of columns. There is one encoder for all requests, since reading a
 * request is never interrupted: its columns are filled, written out, and emptied for the next.
 */
export class SpanEncoder {
  private readonly parts: SpanEncoderParts;
  private readonly facts = createFacts();
  private readonly price: SpanPrice = { usd: Number.NaN, version: "" };
  private readonly pieces: PieceCollector;
  private readonly columns: SpanColumns;
  private readonly ids = new GrowingBytes();
  private readonly ends: number[] = [];
  private readonly agents = new SeenAgents();

  constructor(parts: SpanEncoderParts) {
    this.parts = parts;
    this.pieces = new PieceCollector(parts.known);
    this.columns = new SpanColumns(this.pieces);
  }

  /**
   * Reads and encodes a request. Throws what the reader throws. `also` sees each span once, whatever is left out
   * of the batch later.
   */
  encode(
    projectId: string,
    receivedAtMs: number,
    read: ReadSpans,
    also?: (span: SpanView) => void,
  ): SpanBatch {
    if (!also) return this.encodeExcept(projectId, receivedAtMs, read, undefined);
    const seenByBoth: ReadSpans = (take) =>
      read((span) => {
        take(span);
        also(span);
      });
    const batch = this.encodeExcept(projectId, receivedAtMs, seenByBoth, undefined);
    return { ...batch, without: (rows) => this.encodeExcept(projectId, receivedAtMs, read, rows) };
  }

  private encodeExcept(
    projectId: string,
    receivedAtMs: number,
    read: ReadSpans,
    leftOut: ReadonlySet<number> | undefined,
  ): SpanBatch {
    const row: RowContext = {
      projectId: uuidBytes(projectId),
      receivedAtMs,
      dialect: "",
      costUsd: Number.NaN,
      priceVersion: "",
      content: undefined,
    };
    const mapping = this.parts.mappings?.of(projectId);
    row.content = mapping;
    this.begin(projectId, receivedAtMs);
    let index = 0;
    const outcome = read((span) => {
      if (leftOut?.has(index++)) return;
      this.add(projectId, span, row, mapping);
    });
    const block = new NativeBlock(this.columns.entries);
    const pieces = this.pieces.take();
    const ids = pooledCopy(this.ids.view());
    return {
      projectId,
      receivedAtMs,
      size: this.columns.rows,
      byteLength: block.byteLength + pieces.byteLength,
      ids,
      endsMs: Float64Array.from(this.ends),
      agents: this.agents.take(),
      pieces,
      block,
      outcome,
      without: (rows) => this.encodeExcept(projectId, receivedAtMs, read, rows),
      release() {
        block.release();
        pieces.release();
        giveBack(ids);
      },
    };
  }

  /** Empties what a request before has left, also one whose reading failed half-way. */
  private begin(projectId: string, receivedAtMs: number): void {
    this.columns.clear();
    const epoch = this.parts.contentEpochs?.of(projectId) ?? 0;
    this.pieces.begin(projectWords(projectId), epoch, receivedAtMs);
    this.ids.clear();
    this.ends.length = 0;
    this.agents.take();
  }

  private add(
    projectId: string,
    span: SpanView,
    row: RowContext,
    mapping: AttributeMapping | undefined,
  ): void {
    const { facts, price, ids } = this;
    row.dialect = readSpanFacts(span, facts);
    mapping?.apply(span, facts);
    this.parts.pricer.price(projectId, facts, startMs(span), price);
    row.costUsd = price.usd;
    row.priceVersion = price.version;
    this.columns.add(span, facts, row);
    this.agents.add(facts, span.origin.serviceName);
    ids.copy(row.projectId, 0, 16);
    ids.copy(span.traceId, 0, 16);
    ids.copy(span.spanId, 0, 8);
    ids.u32(span.startLow);
    ids.u32(span.startHigh);
    this.ends.push(endMs(span));
  }
}
