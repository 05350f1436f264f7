import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { RecentSpanFilter } from "../spans/recent-span-filter.ts";
import type { LogBatch } from "./log-batch.ts";
import { findLogsAfter, findStoredLogs, isLogStoreEmpty } from "./log-store.ts";

/** Ids per generation of the filter: at 5,000 records/s the newest minutes. */
const GENERATION_SIZE = 250_000;

/** Rows to leave out, by batch: records that are stored already or stand earlier in the group. */
export type DuplicateLogs = Map<LogBatch, Set<number>>;

interface Row {
  batch: LogBatch;
  index: number;
}

/**
 * Finds the records of a group that must not be inserted again: most are settled by the filter of recent ids, and
 * only those it is unsure of cost a query. A record, like a span, cannot have arrived before it happened. Groups
 * must be passed one after another: the store is asked after the group before was written.
 */
export class KnownLogs {
  private readonly store: TelemetryStore;
  private readonly filter: RecentSpanFilter;

  private constructor(store: TelemetryStore, filter: RecentSpanFilter) {
    this.store = store;
    this.filter = filter;
  }

  /** Records that claim to be of the future must be known before the first group; see `RecentSpanFilter`. */
  static async open(store: TelemetryStore, nowMs: number): Promise<KnownLogs> {
    const storeIsEmpty = await isLogStoreEmpty(store);
    const filter = new RecentSpanFilter(nowMs, { storeIsEmpty, generationSize: GENERATION_SIZE });
    for (const { id, end_ms } of await findLogsAfter(store, nowMs)) {
      const { high, low } = halvesOf(Buffer.from(id, "hex"), 0);
      filter.remember(high, low, end_ms, nowMs);
    }
    return new KnownLogs(store, filter);
  }

  /** Remembers a group's records and returns those the filter cannot vouch for. Must be called once per group. */
  observe(group: readonly LogBatch[], nowMs: number): Row[] {
    const unsure: Row[] = [];
    for (const batch of group) {
      const rows = batch.rows();
      for (let index = 0; index < batch.size; index++) {
        const { high, low } = halvesOf(rows, batch.offsets[index]!);
        const novelty = this.filter.observe(high, low, batch.endsMs[index]!, nowMs);
        if (novelty === "unsure") unsure.push({ batch, index });
      }
    }
    return unsure;
  }

  /** Settles the unsure rows of a group by asking the store; safe to repeat when the store fails. */
  async settle(group: readonly LogBatch[], unsure: readonly Row[]): Promise<DuplicateLogs> {
    const duplicates: DuplicateLogs = new Map();
    if (unsure.length === 0) return duplicates;
    const known = await this.storedIds(unsure);
    const doubted = new Set(unsure.map(({ batch, index }) => batch.identityOf(index).id));
    for (const batch of group) {
      for (let index = 0; index < batch.size; index++) {
        const { id } = batch.identityOf(index);
        if (!doubted.has(id)) continue;
        if (known.has(id)) duplicates.set(batch, (duplicates.get(batch) ?? new Set()).add(index));
        known.add(id);
      }
    }
    return duplicates;
  }

  /** Ids differ from project to project, since the project is part of what they are a hash of. */
  private async storedIds(unsure: readonly Row[]): Promise<Set<string>> {
    const known = new Set<string>();
    for (const [projectId, rows] of Map.groupBy(unsure, (row) => row.batch.projectId)) {
      const wanted = rows.map(({ batch, index }) => batch.identityOf(index));
      for (const id of await findStoredLogs(this.store, projectId, wanted)) known.add(id);
    }
    return known;
  }
}

/** Half of the id as two 32-bit numbers: it is a hash already. */
function halvesOf(bytes: Buffer, offset: number): { high: number; low: number } {
  return { high: bytes.readUInt32LE(offset), low: bytes.readUInt32LE(offset + 4) };
}
