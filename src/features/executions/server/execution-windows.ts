/** A half-open range of starts, in milliseconds since 1970. */
export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

const MINUTE_MS = 60_000;
/** Borders lie on the five minutes by which spans are ordered. */
const BUCKET_MS = 5 * MINUTE_MS;
/** Widths of the windows, newest first; the last one is whatever remains. */
const WIDTHS_MS = [15, 3 * 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60].map((minutes) => minutes * MINUTE_MS);

/**
 * Cuts a range into windows that are searched one after another until a page is full, so that the newest runs of a
 * busy project cost a quarter of an hour of spans and not the whole range.
 */
export function runWindows(fromMs: number, toMs: number): TimeWindow[] {
  const windows: TimeWindow[] = [];
  let end = toMs;
  for (const width of WIDTHS_MS) {
    const start = Math.floor((end - width) / BUCKET_MS) * BUCKET_MS;
    if (start <= fromMs) break;
    windows.push({ fromMs: start, toMs: end });
    end = start;
  }
  windows.push({ fromMs, toMs: end });
  return windows;
}
