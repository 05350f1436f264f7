import { randomUUID } from "node:crypto";
import type { Counter } from "prom-client";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { KnownPieces } from "../messages/known-pieces.ts";
import { insertPieces, selectPieces } from "../messages/message-store.ts";
import { type RetryLimits, retryWhileAway } from "../store-retry.ts";
import { type DuplicateRows, DuplicateSpans } from "./duplicate-spans.ts";
import { type SeenAgent, SeenAgents } from "./seen-agents.ts";
import { SPAN_ID_STRIDE, type SpanBatch } from "./span-batch.ts";
import { insertSpans } from "./span-store.ts";

/** Announced when spans have become durable, once per project and group. */
export interface SpansStored {
  projectId: string;
  /** Milliseconds since 1970. */
  atMs: number;
  spans: number;
  /** Distinct trace ids as hex, at most `MAX_ANNOUNCED_TRACES`. */
  traceIds: string[];
  /** True when more traces were touched than are listed. */
  more: boolean;
  /** Distinct agents, at most 256. */
  agents: SeenAgent[];
}

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    spans_stored: SpansStored;
  }
}

const MAX_ANNOUNCED_TRACES = 200;

/** What a `SpanWriter` works with. */
export interface SpanWriterParts {
  store: TelemetryStore;
  events: EventBus;
  logger: Logger;
  storedTotal: Counter;
  duplicatesTotal: Counter;
  /** Told which hours spans start in, before they are written; it must be durable when it resolves. */
  markLate?: (projectId: string, hourStartsMs: Iterable<number>) => Promise<void>;
  retry?: RetryLimits;
}

/**
 * Stores groups of span batches, one group at a time: drops what is stored already, inserts the pieces of content
 * that are new, then the spans that refer to them, and announces the spans.
 */
export class SpanWriter {
  private readonly parts: SpanWriterParts;
  private readonly duplicates: DuplicateSpans;
  private readonly known: KnownPieces;

  private constructor(parts: SpanWriterParts, duplicates: DuplicateSpans, known: KnownPieces) {
    this.parts = parts;
    this.duplicates = duplicates;
    this.known = known;
  }

  /** `known`: the pieces that batches are encoded against. */
  static async open(parts: SpanWriterParts, known: KnownPieces, nowMs: number): Promise<SpanWriter> {
    return new SpanWriter(parts, await DuplicateSpans.open(parts.store, nowMs), known);
  }

  /**
   * Stores a group. Throws `store_unavailable` (503) when the store does not come back in time, and
   * `GroupRefusedError` when it is there but does not take the group.
   */
  async write(group: readonly SpanBatch[]): Promise<void> {
    const { store, storedTotal, duplicatesTotal } = this.parts;
    const unsure = this.duplicates.observe(group, Date.now());
    const duplicates = await this.retrying(() => this.duplicates.settle(group, unsure));
    const fresh = group.flatMap((batch) => withoutDuplicates(batch, duplicates.get(batch)));
    await this.writePieces(fresh);
    await this.announceHours(fresh);
    const token = randomUUID();
    const blocks = fresh.map((batch) => batch.block.bytes());
    if (blocks.length > 0) await this.retrying(() => insertSpans(store, blocks, token));
    for (const event of summarise(fresh, Date.now())) {
      storedTotal.inc(event.spans);
      this.parts.events.emit("spans_stored", event);
    }
    duplicatesTotal.inc(countRows(duplicates));
    // Whoever gave the group keeps its batches; those made here are done.
    for (const batch of fresh) if (!group.includes(batch)) batch.release();
  }

  private async announceHours(batches: readonly SpanBatch[]): Promise<void> {
    const { markLate } = this.parts;
    if (!markLate) return;
    for (const [projectId, own] of Map.groupBy(batches, (batch) => batch.projectId)) {
      const hours = startHours(own);
      await this.retrying(() => markLate(projectId, hours));
    }
  }

  /** Pieces come before the spans that refer to them, and count as known only when they are stored. */
  private async writePieces(batches: readonly SpanBatch[]): Promise<void> {
    const pieces = selectPieces(batches, this.known);
    if (!pieces) return;
    const token = randomUUID();
    await this.retrying(() => insertPieces(this.parts.store, pieces, token));
    pieces.markKnown();
  }

  /** The inserts' tokens make a repeat after an unknown outcome harmless. */
  private retrying<R>(work: () => Promise<R>): Promise<R> {
    const { logger, retry } = this.parts;
    return retryWhileAway(work, { items: "spans", logger, retry });
  }
}

/** The batch as it is to be inserted: itself, none, or one that was encoded again because it has duplicates in part. */
function withoutDuplicates(batch: SpanBatch, duplicates: ReadonlySet<number> | undefined): SpanBatch[] {
  if (duplicates === undefined) return [batch];
  return duplicates.size === batch.size ? [] : [batch.without(duplicates)];
}

const HOUR_MS = 3_600_000;

/** The distinct hours that spans start in, in milliseconds since 1970. */
function startHours(batches: readonly SpanBatch[]): Set<number> {
  const hours = new Set<number>();
  let lastHour = -1;
  for (const { ids, size } of batches) {
    for (let at = 40; at < size * SPAN_ID_STRIDE; at += SPAN_ID_STRIDE) {
      const ns = ids.readUInt32LE(at + 4) * 2 ** 32 + ids.readUInt32LE(at);
      const hour = Math.floor(ns / 1e6 / HOUR_MS);
      if (hour !== lastHour) hours.add(hour * HOUR_MS);
      lastHour = hour;
    }
  }
  return hours;
}

function countRows(duplicates: DuplicateRows): number {
  let count = 0;
  for (const rows of duplicates.values()) count += rows.size;
  return count;
}

function summarise(batches: readonly SpanBatch[], atMs: number): SpansStored[] {
  return [...Map.groupBy(batches, (batch) => batch.projectId)].map(([projectId, own]) => {
    const traceIds = new Set<string>();
    const agents = new SeenAgents();
    let spans = 0;
    let more = false;
    for (const batch of own) {
      const { ids, size } = batch;
      spans += size;
      agents.addAll(batch.agents);
      let previous = -1;
      for (let at = 16; at < size * SPAN_ID_STRIDE; at += SPAN_ID_STRIDE) {
        // Spans of one trace mostly stand together: skip those of the trace just seen.
        if (previous >= 0 && ids.compare(ids, previous, previous + 16, at, at + 16) === 0) continue;
        previous = at;
        if (traceIds.size < MAX_ANNOUNCED_TRACES) traceIds.add(ids.toString("hex", at, at + 16));
        else more = true;
      }
    }
    return { projectId, atMs, spans, traceIds: [...traceIds], more, agents: agents.take() };
  });
}
