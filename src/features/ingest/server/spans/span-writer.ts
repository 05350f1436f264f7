import { randomUUID } from "node:crypto";
import type { Counter } from "prom-client";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { Logger } from "#platform/observability/logger.ts";
import { GroupRefusedError } from "../group-commit.ts";
import { type DuplicateRows, DuplicateSpans } from "./duplicate-spans.ts";
import type { SpanBatch } from "./span-batch.ts";
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
}

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    spans_stored: SpansStored;
  }
}

const MAX_ANNOUNCED_TRACES = 200;
/** How long a write is tried again while the store restarts; senders wait no longer than this. */
const DEFAULT_RETRY = { forMs: 20_000, pauseMs: 250 };

/** What a `SpanWriter` works with. */
export interface SpanWriterParts {
  store: TelemetryStore;
  events: EventBus;
  logger: Logger;
  storedTotal: Counter;
  duplicatesTotal: Counter;
  /** How long and how often a failed write is tried again, in milliseconds. */
  retry?: { forMs: number; pauseMs: number };
}

/** Stores groups of span batches, one group at a time: drops what is stored already, inserts the rest, announces it. */
export class SpanWriter {
  private readonly parts: SpanWriterParts;
  private readonly duplicates: DuplicateSpans;

  private constructor(parts: SpanWriterParts, duplicates: DuplicateSpans) {
    this.parts = parts;
    this.duplicates = duplicates;
  }

  static async open(parts: SpanWriterParts, nowMs: number): Promise<SpanWriter> {
    return new SpanWriter(parts, await DuplicateSpans.open(parts.store, nowMs));
  }

  /**
   * Stores a group. Throws `store_unavailable` (503) when the store does not come back in time, and
   * `GroupRefusedError` when it is there but does not take the group.
   */
  async write(group: readonly SpanBatch[]): Promise<void> {
    const { store, storedTotal, duplicatesTotal } = this.parts;
    const unsure = this.duplicates.observe(group, Date.now());
    const duplicates = await this.retrying(() => this.duplicates.settle(group, unsure));
    const chunks: Buffer[] = [];
    for (const batch of group) collectRows(batch, duplicates.get(batch), chunks);
    const token = randomUUID();
    if (chunks.length > 0) await this.retrying(() => insertSpans(store, chunks, token));
    for (const event of summarise(group, duplicates, Date.now())) {
      storedTotal.inc(event.spans);
      this.parts.events.emit("spans_stored", event);
    }
    for (const rows of duplicates.values()) duplicatesTotal.inc(rows.size);
  }

  /** Repeats while the store is away. The insert's token makes a repeat after an unknown outcome harmless. */
  private async retrying<R>(work: () => Promise<R>): Promise<R> {
    const { forMs, pauseMs } = this.parts.retry ?? DEFAULT_RETRY;
    const deadline = Date.now() + forMs;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (isPassing(error) && Date.now() <= deadline) {
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
          continue;
        }
        this.parts.logger.error({ err: error }, "spans could not be stored");
        throw isPassing(error) ? storeIsAway(error) : new GroupRefusedError(storeRefuses(error));
      }
    }
  }
}

const storeIsAway = (cause: unknown) =>
  new FlightdeckError(
    "The telemetry store does not answer. Nothing of this request was acknowledged; send it again.",
    { code: "store_unavailable", status: 503, retryAfterSeconds: 5, cause },
  );

/** Also 503: a full disk is refused like a broken row, and senders drop what is answered otherwise. */
const storeRefuses = (cause: unknown) =>
  new FlightdeckError(
    "The telemetry store did not take these spans; the server's log says why. Nothing of this request was acknowledged.",
    { code: "store_refused", status: 503, retryAfterSeconds: 30, cause },
  );

/** Whether an error may pass by itself: the connection broke, or the store said it was busy or out of memory. */
function isPassing(error: unknown): boolean {
  const { code } = error as { code?: string };
  // ClickHouse's own errors carry a number: 202 too many queries, 241 memory limit, 252 too many parts.
  return code === undefined || !/^\d+$/.test(code) || ["202", "241", "252"].includes(code);
}

/** Appends the batch's rows without the duplicate ones, as few slices as possible. */
function collectRows(batch: SpanBatch, duplicates: Set<number> | undefined, chunks: Buffer[]): void {
  if (batch.size === 0 || duplicates?.size === batch.size) return;
  const rows = batch.rows();
  let start = 0;
  for (const index of [...(duplicates ?? [])].sort((a, b) => a - b)) {
    const at = batch.offsets[index]!;
    if (at > start) chunks.push(rows.subarray(start, at));
    start = batch.offsets[index + 1] ?? rows.length;
  }
  if (start < rows.length) chunks.push(rows.subarray(start));
}

function summarise(group: readonly SpanBatch[], duplicates: DuplicateRows, atMs: number): SpansStored[] {
  const summaries: SpansStored[] = [];
  for (const [projectId, batches] of Map.groupBy(group, (batch) => batch.projectId)) {
    const traceIds = new Set<string>();
    let spans = 0;
    let more = false;
    for (const batch of batches) {
      const rows = batch.rows();
      let previous = -1;
      for (let index = 0; index < batch.size; index++) {
        if (duplicates.get(batch)?.has(index)) continue;
        spans++;
        const at = batch.offsets[index]! + 16;
        // Spans of one trace mostly stand together: skip those of the trace just seen.
        if (previous >= 0 && rows.compare(rows, previous, previous + 16, at, at + 16) === 0) continue;
        previous = at;
        if (traceIds.size < MAX_ANNOUNCED_TRACES) traceIds.add(rows.toString("hex", at, at + 16));
        else more = true;
      }
    }
    if (spans > 0) summaries.push({ projectId, atMs, spans, traceIds: [...traceIds], more });
  }
  return summaries;
}
