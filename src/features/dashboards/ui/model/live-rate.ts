const WINDOW_MS = 60_000;

/** Spans that arrived within the last minute, by arrival. Time is given in, in milliseconds. */
export interface LiveRate {
  arrivals: readonly { at: number; spans: number }[];
}

export const EMPTY_RATE: LiveRate = { arrivals: [] };

/** With a batch that arrived now, and without what is older than a minute. */
export function withArrival(rate: LiveRate, spans: number, now: number): LiveRate {
  return { arrivals: [...rate.arrivals.filter((each) => each.at > now - WINDOW_MS), { at: now, spans }] };
}

/** How many arrived within the minute before now. */
export function lastMinute(rate: LiveRate, now: number): number {
  return rate.arrivals.reduce((sum, each) => sum + (each.at > now - WINDOW_MS ? each.spans : 0), 0);
}

/** Time for spans of one burst to arrive together. */
const LEAST_WAIT_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
/** A new span changes the figures of a long range little: a thousandth of it may pass between two readings. */
const PAUSE_SHARE = 1 / 1_000;

/** In how many ms the overview is read again after spans arrived, given when it last was and how long its range is. */
export function refreshWaitMs(now: number, lastAt: number, rangeMs: number): number {
  const pause = Math.min(LONGEST_PAUSE_MS, Math.max(LEAST_WAIT_MS, rangeMs * PAUSE_SHARE));
  return Math.max(LEAST_WAIT_MS, lastAt + pause - now);
}
