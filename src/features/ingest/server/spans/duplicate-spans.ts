import { uuidBytes } from "#platform/clickhouse/row-binary-writer.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { HashSet64 } from "./hash-set64.ts";
import { RecentSpanFilter } from "./recent-span-filter.ts";
import { SPAN_ID_STRIDE, type SpanBatch } from "./span-batch.ts";
import { hashSpanKey, type KeyHash } from "./span-key.ts";
import { findSpansEndingAfter, findStoredSpans, isSpanStoreEmpty, type SpanIdentity } from "./span-store.ts";

/** Rows to leave out, by batch: indexes of spans that are stored already or stand earlier in the group. */
export type DuplicateRows = Map<SpanBatch, Set<number>>;

interface Row {
  batch: SpanBatch;
  index: number;
}

/**
 * Finds the spans of a group that must not be inserted again. Most spans are settled by the filter in
 * memory at about 50 ns each; only those it is unsure of cost a query, one per project and group.
 * Groups must be passed one after another: the store is asked after the group before was written.
 */
export class DuplicateSpans {
  private readonly store: TelemetryStore;
  private readonly filter: RecentSpanFilter;
  private readonly seed: number;
  private readonly hash: KeyHash = { high: 0, low: 0 };

  private constructor(store: TelemetryStore, filter: RecentSpanFilter, seed: number) {
    this.store = store;
    this.filter = filter;
    this.seed = seed;
  }

  /** Spans that claim to end in the future must be known before the first group; see `RecentSpanFilter`. */
  static async open(store: TelemetryStore, nowMs: number): Promise<DuplicateSpans> {
    const filter = new RecentSpanFilter(nowMs, { storeIsEmpty: await isSpanStoreEmpty(store) });
    const opened = new DuplicateSpans(store, filter, Math.floor(Math.random() * 0xffff_ffff));
    for (const span of await findSpansEndingAfter(store, nowMs)) {
      const ids = Buffer.from(span.trace_id + span.span_id, "hex");
      hashSpanKey(Buffer.concat([uuidBytes(span.project_id), ids]), 0, opened.seed, opened.hash);
      filter.remember(opened.hash.high, opened.hash.low, span.end_ms, nowMs);
    }
    return opened;
  }

  /** Remembers a group's spans and returns those the filter cannot vouch for. Must be called once per group. */
  observe(group: readonly SpanBatch[], nowMs: number): Row[] {
    const unsure: Row[] = [];
    for (const batch of group) {
      for (let index = 0; index < batch.size; index++) {
        hashSpanKey(batch.ids, index * SPAN_ID_STRIDE, this.seed, this.hash);
        const novelty = this.filter.observe(this.hash.high, this.hash.low, batch.endsMs[index]!, nowMs);
        if (novelty === "unsure") unsure.push({ batch, index });
      }
    }
    return unsure;
  }

  /** Settles the unsure rows of a group by asking the store; safe to repeat when the store fails. */
  async settle(group: readonly SpanBatch[], unsure: readonly Row[]): Promise<DuplicateRows> {
    const duplicates: DuplicateRows = new Map();
    if (unsure.length === 0) return duplicates;
    const known = await this.storedKeys(unsure);
    for (const key of this.certainKeys(group, unsure)) known.add(key);
    for (const row of unsure) {
      const key = keyOf(row);
      if (known.has(key)) duplicates.set(row.batch, (duplicates.get(row.batch) ?? new Set()).add(row.index));
      known.add(key);
    }
    return duplicates;
  }

  private async storedKeys(unsure: readonly Row[]): Promise<Set<string>> {
    const keys = new Set<string>();
    for (const [projectId, rows] of Map.groupBy(unsure, (row) => row.batch.projectId)) {
      const stored = await findStoredSpans(this.store, projectId, rows.map(identityOf));
      for (const ids of stored) keys.add(projectId + ids);
    }
    return keys;
  }

  /** Keys of the group's other rows that look like an unsure one: its twin sent in the same moment. */
  private *certainKeys(group: readonly SpanBatch[], unsure: readonly Row[]): Iterable<string> {
    const hashes = new HashSet64();
    const unsureRows = new Map<SpanBatch, Set<number>>();
    for (const row of unsure) {
      hashSpanKey(row.batch.ids, row.index * SPAN_ID_STRIDE, this.seed, this.hash);
      hashes.add(this.hash.high, this.hash.low);
      unsureRows.set(row.batch, (unsureRows.get(row.batch) ?? new Set()).add(row.index));
    }
    for (const batch of group) {
      for (let index = 0; index < batch.size; index++) {
        if (unsureRows.get(batch)?.has(index)) continue;
        hashSpanKey(batch.ids, index * SPAN_ID_STRIDE, this.seed, this.hash);
        if (hashes.has(this.hash.high, this.hash.low)) yield keyOf({ batch, index });
      }
    }
  }
}

function identityOf({ batch, index }: Row): SpanIdentity {
  const { ids } = batch;
  const offset = index * SPAN_ID_STRIDE;
  return {
    traceId: ids.toString("hex", offset + 16, offset + 32),
    spanId: ids.toString("hex", offset + 32, offset + 40),
    startNs: ids.readBigUInt64LE(offset + 40),
  };
}

function keyOf({ batch, index }: Row): string {
  const offset = index * SPAN_ID_STRIDE;
  return batch.projectId + batch.ids.toString("hex", offset + 16, offset + 40);
}
