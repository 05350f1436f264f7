import type { LogsStored } from "#features/ingest/server/index.ts";
import { Bindings } from "#features/traces/server/index.ts";
import type { TelemetryStore } from "#platform/clickhouse/telemetry-store.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { LogFilter, LogTailEvent } from "../logs-contract.ts";
import { happenedBetween, logConditions } from "./log-filters.ts";
import { LOG_SELECT, type LogRow, presentLog } from "./log-row.ts";

/** Records of one event: with the pause between events the most that a person can still see go by. */
const MAX_PER_EVENT = 100;
const MERGE_MS = 200;
/** Ids remembered, so that groups that overlap do not send a record twice. */
const MAX_SENT = 5_000;
/** How far back a reader that comes again can catch up. */
const MAX_CATCH_UP_MS = 15 * 60_000;
/** Records that happened so long before they arrived are imports, not news; only catching up has this bound. */
const CATCH_UP_HAPPENED_MS = 24 * 60 * 60_000;

/** Where to look for new records: when they arrived and when they happened, both inclusive. */
type Span = Pick<LogsStored, "received" | "happened">;

/** What a tail works with. */
export interface LogTailParts {
  store: TelemetryStore;
  events: EventBus;
  logger: Logger;
  projectId: string;
  filter: LogFilter;
  /** `id` says where to go on after a lost connection. */
  send(event: LogTailEvent, id: string): void;
}

/**
 * Follows the log records of a project that satisfy a filter. What became durable is read from the store, by when
 * it arrived, so that filters mean the same as in the list; bursts are merged, and where there are too many one of n
 * is kept and that is said.
 */
export class LogTail {
  private readonly parts: LogTailParts;
  private pending: Span | undefined;
  private running = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly stopped = new AbortController();
  private readonly sent = new Set<string>();
  private readonly unsubscribe: () => void;

  constructor(parts: LogTailParts) {
    this.parts = parts;
    this.unsubscribe = parts.events.on("logs_stored", (event) => {
      if (event.projectId === parts.projectId) this.take(event);
    });
  }

  /** Sends what arrived since the event `lastId`; false when that is too long ago, and the reader must load afresh. */
  resume(lastId: string, nowMs: number): boolean {
    const sinceMs = /^\d{13}$/.test(lastId) ? Number(lastId) : 0;
    if (sinceMs > nowMs + 1000 || nowMs - sinceMs > MAX_CATCH_UP_MS) return false;
    this.take({
      received: { fromMs: sinceMs, toMs: nowMs },
      happened: { fromMs: sinceMs - CATCH_UP_HAPPENED_MS, toMs: nowMs + CATCH_UP_HAPPENED_MS },
    });
    return true;
  }

  stop(): void {
    this.unsubscribe();
    clearTimeout(this.timer);
    this.stopped.abort();
  }

  private take(span: Span): void {
    this.pending = this.pending === undefined ? span : union(this.pending, span);
    this.schedule();
  }

  private schedule(): void {
    if (this.running || this.timer || this.pending === undefined || this.stopped.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.run();
    }, MERGE_MS);
  }

  private async run(): Promise<void> {
    const span = this.pending!;
    this.pending = undefined;
    this.running = true;
    try {
      const event = await this.read(span);
      if (event.logs.length > 0 && !this.stopped.signal.aborted)
        this.parts.send(event, String(span.received.toMs));
    } catch (error) {
      if (!this.stopped.signal.aborted)
        this.parts.logger.warn({ err: error }, "a live tail of logs missed some records");
    } finally {
      this.running = false;
      this.schedule();
    }
  }

  private async read(span: Span): Promise<LogTailEvent> {
    const { store, projectId, filter } = this.parts;
    const bindings = new Bindings();
    const ms = (value: number) => `fromUnixTimestamp64Milli(${bindings.bind(value, "Int64")}, 'UTC')`;
    const where = [
      "project_id = {project_id:UUID}",
      `received_at BETWEEN ${ms(span.received.fromMs)} AND ${ms(span.received.toMs)}`,
      happenedBetween(span.happened.fromMs, span.happened.toMs + 1, bindings),
      ...logConditions(filter, bindings),
    ].join(" AND ");
    const options = { signal: this.stopped.signal, maxSeconds: 10 };
    const [counted] = await store.queryProject<{ n: number }>(
      projectId,
      `SELECT count() AS n FROM logs WHERE ${where}`,
      bindings.params,
      options,
    );
    const matched = counted?.n ?? 0;
    const oneIn = Math.max(1, Math.ceil(matched / MAX_PER_EVENT));
    if (matched === 0) return { logs: [], sampled_one_in: 1, matched };
    const rows = await store.queryProject<LogRow>(
      projectId,
      `SELECT ${LOG_SELECT} FROM logs
       WHERE ${where} AND reinterpretAsUInt64(substring(log_id, 1, 8)) % ${bindings.bind(oneIn, "UInt32")} = 0
       ORDER BY logs.time, log_id LIMIT ${2 * MAX_PER_EVENT}`,
      bindings.params,
      options,
    );
    const fresh = rows.filter((row) => !this.sent.has(row.id));
    for (const { id } of fresh) this.sent.add(id);
    // A set keeps the order in which its values came.
    for (const id of this.sent) {
      if (this.sent.size <= MAX_SENT) break;
      this.sent.delete(id);
    }
    return { logs: fresh.map(presentLog), sampled_one_in: oneIn, matched };
  }
}

function union(a: Span, b: Span): Span {
  const both = (of: "received" | "happened") => ({
    fromMs: Math.min(a[of].fromMs, b[of].fromMs),
    toMs: Math.max(a[of].toMs, b[of].toMs),
  });
  return { received: both("received"), happened: both("happened") };
}
