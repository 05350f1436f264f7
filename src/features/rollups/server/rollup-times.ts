export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;

/**
 * How long a write may take from the moment its spans were looked at until they are visible: the writer tries
 * for 20 s, the store's client for two minutes. What was announced longer ago than this has been stored or has
 * failed.
 */
export const WRITE_GRACE_MS = 5 * MINUTE_MS;
/** A span is late when its hour has been over for this long as it is written. */
const LATE_AFTER_MS = 10 * MINUTE_MS;
/** An hour is summed up this long after its end: all writes that did not count as late are over by then. */
const SETTLE_AFTER_MS = LATE_AFTER_MS + 2 * WRITE_GRACE_MS;

export const hourOf = (ms: number) => Math.floor(ms / HOUR_MS) * HOUR_MS;

/** Whether a span that starts in this hour must be announced before it is written. */
export function isLate(hourMs: number, nowMs: number): boolean {
  return hourMs + HOUR_MS + LATE_AFTER_MS <= nowMs;
}

/** Hours before this one may be summed up. */
export function settleableUntil(nowMs: number): number {
  return hourOf(nowMs - SETTLE_AFTER_MS);
}
