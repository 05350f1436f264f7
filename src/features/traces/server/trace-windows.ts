const DAY_MS = 86_400_000;
/** Widths of the windows a list is searched in, newest first; the last one is whatever remains. */
const WINDOW_DAYS = [1, 7, 30];

/** A half-open range of trace starts, in milliseconds since 1970. */
export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

/**
 * Cuts a range into windows that are searched one after another until a page is full, so that the newest
 * traces of a year cost as much as those of a day. Inner borders lie on whole UTC days, as the summaries do.
 */
export function searchWindows(fromMs: number, toMs: number): TimeWindow[] {
  const windows: TimeWindow[] = [];
  let end = toMs;
  for (const days of WINDOW_DAYS) {
    const start = Math.floor(end / DAY_MS) * DAY_MS - (days - 1) * DAY_MS;
    if (start <= fromMs) break;
    windows.push({ fromMs: start, toMs: end });
    end = start;
  }
  windows.push({ fromMs, toMs: end });
  return windows;
}

/**
 * The days whose spans must be read to know the traces that start in a window: one day before, to
 * recognise traces that began there, and one after, to see those that crossed midnight to their end.
 */
export function daysToRead(window: TimeWindow): { fromDay: string; toDay: string } {
  return { fromDay: utcDay(window.fromMs - DAY_MS), toDay: utcDay(window.toMs + DAY_MS) };
}

function utcDay(ms: number): string {
  return new Date(Math.max(0, ms)).toISOString().slice(0, 10);
}
