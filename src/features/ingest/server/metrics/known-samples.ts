import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { MetricBatch } from "./metric-batch.ts";
import { NewestSamples } from "./newest-samples.ts";
import { REVISION_OFFSET } from "./sample-columns.ts";
import { findSamplesAfter, findStoredSamples } from "./sample-store.ts";

/** Rows to leave out, by batch: samples that are stored already, or that a later one of the group replaces. */
export type RowsLeftOut = Map<MetricBatch, Set<number>>;

interface Row {
  batch: MetricBatch;
  index: number;
}

/** What is known of one sample while a group is settled. */
interface Known {
  content: string;
  /** The group's row that will be inserted for it; undefined when it is in the store only. */
  row: Row | undefined;
  stored: boolean;
}

/**
 * Finds the samples of a group that must not be inserted again, and marks those that replace a stored one. Most are
 * settled in memory; only those it is unsure of cost a query, one per project and group. Groups must be passed one
 * after another: the store is asked after the group before was written.
 */
export class KnownSamples {
  private readonly store: TelemetryStore;
  private readonly newest: NewestSamples;

  private constructor(store: TelemetryStore, newest: NewestSamples) {
    this.store = store;
    this.newest = newest;
  }

  /** Samples that claim to be of the future must be known before the first group. */
  static async open(store: TelemetryStore, nowMs: number): Promise<KnownSamples> {
    const newest = new NewestSamples(nowMs);
    for (const row of await findSamplesAfter(store, nowMs)) {
      newest.observe(row.project_id + row.series, Number(row.newest_ns), nowMs);
    }
    return new KnownSamples(store, newest);
  }

  /** Remembers a group's samples and returns those that may be stored already. Must be called once per group. */
  observe(group: readonly MetricBatch[], nowMs: number): Row[] {
    const unsure: Row[] = [];
    for (const batch of group) {
      for (let index = 0; index < batch.size; index++) {
        const isNew = this.newest.observe(
          batch.projectId + batch.series[index]!,
          batch.timesNs[index]!,
          nowMs,
        );
        if (!isNew) unsure.push({ batch, index });
      }
    }
    return unsure;
  }

  /** Settles the unsure rows of a group by asking the store; safe to repeat when the store fails. */
  async settle(group: readonly MetricBatch[], unsure: readonly Row[]): Promise<RowsLeftOut> {
    const leftOut: RowsLeftOut = new Map();
    if (unsure.length === 0) return leftOut;
    const leaveOut = ({ batch, index }: Row) =>
      leftOut.set(batch, (leftOut.get(batch) ?? new Set()).add(index));
    const known = await this.storedSamples(unsure);
    for (const row of rowsInDoubt(group, unsure)) {
      const key = row.batch.projectId + keyOf(row);
      const before = known.get(key);
      const content = contentOf(row);
      if (before?.content === content) {
        leaveOut(row);
        continue;
      }
      if (before?.row) leaveOut(before.row);
      setRevision(row, before?.stored ? 1 : 0);
      known.set(key, { content, row, stored: before?.stored ?? false });
    }
    return leftOut;
  }

  private async storedSamples(unsure: readonly Row[]): Promise<Map<string, Known>> {
    const known = new Map<string, Known>();
    for (const [projectId, rows] of Map.groupBy(unsure, (row) => row.batch.projectId)) {
      const wanted = rows.map((row) => ({
        metric: row.batch.metricOf(row.batch.series[row.index]!),
        series: row.batch.series[row.index]!,
        timeNs: timeOf(row),
      }));
      for (const { key, content } of await findStoredSamples(this.store, projectId, wanted)) {
        known.set(projectId + key, { content, row: undefined, stored: true });
      }
    }
    return known;
  }
}

/** The unsure rows and all others of their series, in order of arrival: twins within the group meet here. */
function* rowsInDoubt(group: readonly MetricBatch[], unsure: readonly Row[]): Iterable<Row> {
  const series = new Set(unsure.map(({ batch, index }) => batch.projectId + batch.series[index]!));
  for (const batch of group) {
    for (let index = 0; index < batch.size; index++) {
      if (series.has(batch.projectId + batch.series[index]!)) yield { batch, index };
    }
  }
}

/** Where things lie in a row: project 0–16, series 16–24, time 24–32; see `SAMPLE_COLUMNS`. */
function timeOf({ batch, index }: Row): bigint {
  return batch.rows().readBigInt64LE(batch.offsets[index]! + 24);
}

function keyOf(row: Row): string {
  return `${row.batch.series[row.index]!}:${timeOf(row)}`;
}

/** What tells a resent sample from a changed one, in the form `findStoredSamples` answers: value, count, sum, flags. */
function contentOf({ batch, index }: Row): string {
  const rows = batch.rows();
  let at = batch.offsets[index]! + REVISION_OFFSET + 1;
  // The metric's name is a string with its length before it; times of arrival and start follow.
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = rows[at++]!;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  at += length + 16;
  const flags = rows.readUInt32LE(at);
  const [value, count, sum] = [4, 12, 20].map((offset) => rows.readBigUInt64LE(at + offset));
  return `${value}:${count}:${sum}:${flags}`;
}

function setRevision({ batch, index }: Row, revision: number): void {
  batch.rows()[batch.offsets[index]! + REVISION_OFFSET] = revision;
}
