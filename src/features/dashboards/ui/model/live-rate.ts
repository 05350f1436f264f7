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
