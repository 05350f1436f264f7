import { HashSet64 } from "./hash-set64.ts";

/** How far a sender's clock may be ahead before its spans are remembered apart. */
export const CLOCK_AHEAD_MS = 60_000;
/** Ids per generation and generations kept: at 50,000 spans/s the newest 160 s, at 100/s a day. */
const GENERATION_SIZE = 1_000_000;
const MAX_GENERATIONS = 8;
const MAX_AHEAD = 1_000_000;

/** Ids that are remembered and forgotten together. */
interface Generation {
  set: HashSet64;
  startedAtMs: number;
  /** The latest end among them. */
  latestEndMs: number;
}

const newGeneration = (startedAtMs: number): Generation => ({
  set: new HashSet64(),
  startedAtMs,
  latestEndMs: 0,
});

/** What the filter can say of a span without asking the store. */
export type SpanNovelty = "new" | "unsure";

/**
 * Tells spans that are certainly new from those that may have arrived before, for which the store must be
 * asked. It remembers the hashes of all spans that arrived since `coveredSinceMs`. A span not among them
 * arrived earlier or never; it cannot have arrived before it ended, so one that ended after
 * `coveredSinceMs` is new. Clocks differ: an end within `CLOCK_AHEAD_MS` of that line is not trusted, and
 * spans that claim to end further ahead than that are remembered in a set of their own that is not
 * forgotten with its generation. When that set is full, what is forgotten moves the line instead.
 */
export class RecentSpanFilter {
  /** Every span that arrived at or after this time is remembered. */
  coveredSinceMs: number;
  /** True while the filter holds every span there is, as after starting on an empty store. */
  coversAllTime: boolean;
  private generations: Generation[];
  private ahead = new HashSet64();
  private readonly generationSize: number;
  private readonly maxAhead: number;
  private latestMs: number;

  constructor(nowMs: number, options: { storeIsEmpty: boolean; generationSize?: number; maxAhead?: number }) {
    this.coveredSinceMs = nowMs;
    this.latestMs = nowMs;
    this.coversAllTime = options.storeIsEmpty;
    this.generationSize = options.generationSize ?? GENERATION_SIZE;
    this.maxAhead = options.maxAhead ?? MAX_AHEAD;
    this.generations = [newGeneration(nowMs)];
  }

  /** Remembers a span and says whether it can have arrived before. */
  observe(high: number, low: number, endMs: number, nowMs: number): SpanNovelty {
    let seen = this.ahead.size > 0 && this.ahead.has(high, low);
    for (let i = 0; !seen && i < this.generations.length; i++) seen = this.generations[i]!.set.has(high, low);
    if (seen) return "unsure";
    this.remember(high, low, endMs, nowMs);
    return endMs > this.coveredSinceMs + CLOCK_AHEAD_MS || this.coversAllTime ? "new" : "unsure";
  }

  /** Remembers a span that the store held at start. */
  remember(high: number, low: number, endMs: number, nowMs: number): void {
    // The machine's clock may be set back; the line must not move back with it.
    this.latestMs = Math.max(this.latestMs, nowMs);
    if (endMs > this.latestMs + CLOCK_AHEAD_MS && this.ahead.size < this.maxAhead) {
      this.ahead.add(high, low);
      return;
    }
    let newest = this.generations[this.generations.length - 1]!;
    if (newest.set.size >= this.generationSize) {
      newest = newGeneration(this.latestMs);
      this.generations.push(newest);
      if (this.generations.length > MAX_GENERATIONS) this.forgetOldest();
    }
    newest.set.add(high, low);
    newest.latestEndMs = Math.max(newest.latestEndMs, endMs);
  }

  private forgetOldest(): void {
    const { latestEndMs } = this.generations.shift()!;
    this.coveredSinceMs = Math.max(
      this.coveredSinceMs,
      this.generations[0]!.startedAtMs,
      latestEndMs - CLOCK_AHEAD_MS,
    );
    this.coversAllTime = false;
  }
}
