import { randomUUID } from "node:crypto";
import { RowBinaryWriter } from "#platform/clickhouse/row-binary-writer.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { Metrics } from "#platform/observability/metrics.ts";
import { collectRows } from "../row-slices.ts";
import { type RetryLimits, retryWhileAway } from "../store-retry.ts";
import { KnownSamples, type RowsLeftOut } from "./known-samples.ts";
import type { MetricBatch } from "./metric-batch.ts";
import { insertMetricRows } from "./sample-store.ts";

/** Announced when samples have become durable, once per project and group. */
export interface SamplesStored {
  projectId: string;
  /** Milliseconds since 1970. */
  atMs: number;
  samples: number;
  /** Distinct metric names, at most `MAX_ANNOUNCED_METRICS`. */
  metrics: string[];
}

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    samples_stored: SamplesStored;
  }
}

const MAX_ANNOUNCED_METRICS = 200;
/** How often a series says anew that it lives. */
const SERIES_REFRESH_MS = 3_600_000;
/** Series remembered as described; beyond it all are forgotten and described again. */
const MAX_DESCRIBED = 500_000;

/** What the writers of metrics, logs and scores work with. */
export interface SignalWriterParts {
  store: TelemetryStore;
  events: EventBus;
  logger: Logger;
  metrics: Metrics;
  retry?: RetryLimits | undefined;
}

/**
 * Stores groups of metric batches, one group at a time. Series come first, then exemplars, then samples: a crash
 * between them leaves a description without samples, never samples without one, and the sender, who was not
 * answered, sends again.
 */
export class MetricWriter {
  private readonly parts: SignalWriterParts;
  private readonly known: KnownSamples;
  /** When each series was described last, by project and series. */
  private readonly described = new Map<string, number>();

  private constructor(parts: SignalWriterParts, known: KnownSamples) {
    this.parts = parts;
    this.known = known;
  }

  static async open(parts: SignalWriterParts, nowMs: number): Promise<MetricWriter> {
    return new MetricWriter(parts, await KnownSamples.open(parts.store, nowMs));
  }

  /** Stores a group. Throws `store_unavailable` (503), or `GroupRefusedError` when the store does not take it. */
  async write(group: readonly MetricBatch[]): Promise<void> {
    const nowMs = Date.now();
    const unsure = this.known.observe(group, nowMs);
    const leftOut = await this.retrying(() => this.known.settle(group, unsure));
    await this.describeSeries(group, nowMs);
    await this.insertExemplars(group, leftOut);
    const chunks: Buffer[] = [];
    for (const batch of group) collectRows(batch, leftOut.get(batch), chunks);
    await this.insert("samples", chunks);
    this.report(group, leftOut);
  }

  private async describeSeries(group: readonly MetricBatch[], nowMs: number): Promise<void> {
    const out = new RowBinaryWriter(0);
    const fresh: string[] = [];
    for (const batch of group) {
      for (const series of batch.seriesKeys()) {
        const key = batch.projectId + series;
        if (nowMs - (this.described.get(key) ?? 0) < SERIES_REFRESH_MS) continue;
        batch.writeSeries(series, out);
        fresh.push(key);
      }
    }
    if (fresh.length > 0) {
      await this.insert("series", [out.bytes()]);
      if (this.described.size + fresh.length > MAX_DESCRIBED) this.described.clear();
      for (const key of fresh) this.described.set(key, nowMs);
    }
    out.release();
  }

  private async insertExemplars(group: readonly MetricBatch[], leftOut: RowsLeftOut): Promise<void> {
    const out = new RowBinaryWriter(0);
    let written = 0;
    for (const batch of group) written += batch.writeExemplars(leftOut.get(batch), out);
    if (written > 0) await this.insert("exemplars", [out.bytes()]);
    out.release();
  }

  private async insert(table: "series" | "samples" | "exemplars", chunks: readonly Buffer[]): Promise<void> {
    const token = randomUUID();
    if (chunks.length > 0) {
      await this.retrying(() => insertMetricRows(this.parts.store, table, chunks, token));
    }
  }

  private retrying<R>(work: () => Promise<R>): Promise<R> {
    return retryWhileAway(work, { items: "metrics", ...this.parts });
  }

  private report(group: readonly MetricBatch[], leftOut: RowsLeftOut): void {
    const { events, metrics } = this.parts;
    for (const [projectId, batches] of Map.groupBy(group, (batch) => batch.projectId)) {
      const names = new Set<string>();
      let samples = 0;
      for (const batch of batches) {
        samples += batch.size - (leftOut.get(batch)?.size ?? 0);
        for (const series of batch.seriesKeys()) {
          if (names.size < MAX_ANNOUNCED_METRICS) names.add(batch.metricOf(series));
        }
      }
      if (samples > 0)
        events.emit("samples_stored", { projectId, atMs: Date.now(), samples, metrics: [...names] });
      metrics.itemsStored.inc({ signal: "metrics" }, samples);
    }
    for (const rows of leftOut.values()) metrics.itemsDuplicate.inc({ signal: "metrics" }, rows.size);
  }
}
