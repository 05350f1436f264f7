/** How far a sender's clock may be ahead before its samples are no longer trusted to be new. */
export const CLOCK_AHEAD_MS = 60_000;
/** Series remembered; beyond it all are forgotten at once, and the store is asked about older samples again. */
const MAX_SERIES = 1_000_000;

/**
 * Tells samples that are certainly new from those that may be stored already. A sample cannot have arrived before
 * it was taken: one that was taken since this memory began (less what clocks may differ), later than any other seen
 * of its series, is new. For all others the store must be asked.
 */
export class NewestSamples {
  private sinceNs: number;
  private newest = new Map<string, number>();
  private readonly maxSeries: number;

  constructor(nowMs: number, options: { maxSeries?: number } = {}) {
    this.sinceNs = lineOf(nowMs);
    this.maxSeries = options.maxSeries ?? MAX_SERIES;
  }

  /** Remembers a sample and says whether it is certainly new. `series` must tell projects apart. */
  observe(series: string, timeNs: number, nowMs: number): boolean {
    const newest = this.newest.get(series);
    if (newest !== undefined && timeNs <= newest) return false;
    if (newest === undefined && this.newest.size >= this.maxSeries) this.forget(nowMs);
    this.newest.set(series, timeNs);
    return timeNs > this.sinceNs;
  }

  /** Samples of forgotten series may have been ahead of the clock: what they claimed moves the line. */
  private forget(nowMs: number): void {
    let latest = lineOf(nowMs);
    for (const timeNs of this.newest.values()) if (timeNs > latest) latest = timeNs;
    this.sinceNs = Math.max(this.sinceNs, latest);
    this.newest = new Map();
  }
}

const lineOf = (nowMs: number) => (nowMs + CLOCK_AHEAD_MS) * 1e6;
