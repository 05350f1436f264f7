import type { LiveSpans } from "#features/traces/trace-contract.ts";

/** What arrived since the last delivery, merged. */
export interface LiveBatch {
  spans: number;
  traceIds: string[];
  /** True when more traces were touched than are named. */
  more: boolean;
}

/** Most trace ids one batch names; beyond it a list is reloaded instead of patched. */
export const MAX_BATCH_TRACES = 200;

/**
 * Merges announcements and hands them out at most once per `intervalMs`; while paused it only counts.
 * Time is given in, in milliseconds.
 */
export class LiveBuffer {
  readonly #intervalMs: number;
  #waiting: LiveBatch = { spans: 0, traceIds: [], more: false };
  #lastAt = Number.NEGATIVE_INFINITY;
  #paused = false;

  constructor(intervalMs = 250) {
    this.#intervalMs = intervalMs;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Spans that arrived and have not been handed out. */
  get buffered(): number {
    return this.#waiting.spans;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
  }

  push(event: LiveSpans): void {
    const ids = new Set([...this.#waiting.traceIds, ...event.trace_ids]);
    this.#waiting = {
      spans: this.#waiting.spans + event.spans,
      traceIds: [...ids].slice(0, MAX_BATCH_TRACES),
      more: this.#waiting.more || event.more || ids.size > MAX_BATCH_TRACES,
    };
  }

  /** Notes that announcements may have been missed, so that lists are read again. */
  markGap(): void {
    this.#waiting.more = true;
  }

  /** The batch to deliver now; null when paused, empty, or too early (ask again after `waitMs`). */
  take(now: number): LiveBatch | null {
    if (this.#paused || this.#empty || this.waitMs(now) > 0) return null;
    const batch = this.#waiting;
    this.#waiting = { spans: 0, traceIds: [], more: false };
    this.#lastAt = now;
    return batch;
  }

  /** Nothing to deliver. */
  get idle(): boolean {
    return this.#paused || this.#empty;
  }

  get #empty(): boolean {
    return this.#waiting.spans === 0 && !this.#waiting.more;
  }

  /** Milliseconds until the next delivery is allowed. */
  waitMs(now: number): number {
    return Math.max(0, this.#lastAt + this.#intervalMs - now);
  }
}
