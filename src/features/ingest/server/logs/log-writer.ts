import { randomUUID } from "node:crypto";
import type { SignalWriterParts } from "../metrics/metric-writer.ts";
import { collectRows } from "../row-slices.ts";
import { retryWhileAway } from "../store-retry.ts";
import { type DuplicateLogs, KnownLogs } from "./known-logs.ts";
import type { LogBatch } from "./log-batch.ts";
import { insertLogs } from "./log-store.ts";

/** Announced when log records have become durable, once per project and group. Times are milliseconds since 1970. */
export interface LogsStored {
  projectId: string;
  atMs: number;
  logs: number;
  /** Between these the records arrived, and happened: where whoever follows must look. */
  received: { fromMs: number; toMs: number };
  happened: { fromMs: number; toMs: number };
}

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    logs_stored: LogsStored;
  }
}

/** Stores groups of log batches, one group at a time: drops what is stored already, inserts the rest, announces it. */
export class LogWriter {
  private readonly parts: SignalWriterParts;
  private readonly known: KnownLogs;

  private constructor(parts: SignalWriterParts, known: KnownLogs) {
    this.parts = parts;
    this.known = known;
  }

  static async open(parts: SignalWriterParts, nowMs: number): Promise<LogWriter> {
    return new LogWriter(parts, await KnownLogs.open(parts.store, nowMs));
  }

  /** Stores a group. Throws `store_unavailable` (503), or `GroupRefusedError` when the store does not take it. */
  async write(group: readonly LogBatch[]): Promise<void> {
    const unsure = this.known.observe(group, Date.now());
    const duplicates = await this.retrying(() => this.known.settle(group, unsure));
    const chunks: Buffer[] = [];
    for (const batch of group) collectRows(batch, duplicates.get(batch), chunks);
    const token = randomUUID();
    if (chunks.length > 0) await this.retrying(() => insertLogs(this.parts.store, chunks, token));
    this.report(group, duplicates);
  }

  private retrying<R>(work: () => Promise<R>): Promise<R> {
    return retryWhileAway(work, { items: "log records", ...this.parts });
  }

  private report(group: readonly LogBatch[], duplicates: DuplicateLogs): void {
    const { events, metrics } = this.parts;
    for (const event of summarise(group, duplicates, Date.now())) {
      metrics.itemsStored.inc({ signal: "logs" }, event.logs);
      events.emit("logs_stored", event);
    }
    for (const rows of duplicates.values()) metrics.itemsDuplicate.inc({ signal: "logs" }, rows.size);
  }
}

function summarise(group: readonly LogBatch[], duplicates: DuplicateLogs, atMs: number): LogsStored[] {
  const events: LogsStored[] = [];
  for (const [projectId, batches] of Map.groupBy(group, (batch) => batch.projectId)) {
    const received = { fromMs: Number.POSITIVE_INFINITY, toMs: 0 };
    const happened = { fromMs: Number.POSITIVE_INFINITY, toMs: 0 };
    let logs = 0;
    for (const batch of batches) {
      let fresh = 0;
      for (let index = 0; index < batch.size; index++) {
        if (duplicates.get(batch)?.has(index)) continue;
        fresh++;
        const timeMs = Number(batch.identityOf(index).timeNs / 1_000_000n);
        happened.fromMs = Math.min(happened.fromMs, timeMs);
        happened.toMs = Math.max(happened.toMs, timeMs);
      }
      if (fresh === 0) continue;
      logs += fresh;
      received.fromMs = Math.min(received.fromMs, batch.receivedAtMs);
      received.toMs = Math.max(received.toMs, batch.receivedAtMs);
    }
    if (logs > 0) events.push({ projectId, atMs, logs, received, happened });
  }
  return events;
}
