const DAY_MS = 86_400_000;
/** Widths of the windows a list is searched in, newest first; the last one is whatever remains. */
const WINDOW_DAYS = [1, 7, 30];

const MINUTE_MS = 60_000;
/** Widths of a list's first windows, whose traces are summed up from the spans themselves. */
const NARROW_MS = [10 * MINUTE_MS, 180 * MINUTE_MS] as const;

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

/** A window of a list; a narrow one is to be read from the spans, since summaries are kept by day. */
export interface ListWindow extends TimeWindow {
  narrow: boolean;
}

/**
 * The next window of a list whose traces are found down to `edgeMs` (at first the range's end): minutes, then hours
 * while the traces `found` so far promise that they will fill the page, so that a busy project's page does not read
 * days; then windows as `searchWindows` cuts them. Undefined when the range has been searched.
 */
export function nextListWindow(
  range: TimeWindow,
  edgeMs: number,
  state: { found: number; wanted: number },
): ListWindow | undefined {
  if (edgeMs <= range.fromMs) return undefined;
  const [first, second] = NARROW_MS;
  const narrow = (widthMs: number): ListWindow => ({
    fromMs: Math.max(range.fromMs, Math.floor((range.toMs - widthMs) / (5 * MINUTE_MS)) * 5 * MINUTE_MS),
    toMs: edgeMs,
    narrow: true,
  });
  if (edgeMs === range.toMs) return narrow(first);
  const promising = state.found * (second / first) >= state.wanted;
  if (promising && edgeMs === narrow(first).fromMs) return narrow(second);
  return { ...wideWindow(range, edgeMs), narrow: false };
}

/** The window of `searchWindows` that ends at an edge, given where the wide windows began. */
function wideWindow(range: TimeWindow, edgeMs: number): TimeWindow {
  // Summaries of neighbouring days are read with any window: two days cost hardly more than one.
  if (edgeMs - range.fromMs <= 2 * DAY_MS) return { fromMs: range.fromMs, toMs: edgeMs };
  const day = Math.floor(range.toMs / DAY_MS);
  const daysBack = day - Math.floor((edgeMs - 1) / DAY_MS);
  const days = WINDOW_DAYS.find(
    (_, i) => daysBack <= WINDOW_DAYS.slice(0, i).reduce((sum, one) => sum + one, 0),
  );
  if (days === undefined) return { fromMs: range.fromMs, toMs: edgeMs };
  const start = Math.floor((edgeMs - 1) / DAY_MS) * DAY_MS - (days - 1) * DAY_MS;
  return { fromMs: Math.max(range.fromMs, start), toMs: edgeMs };
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
