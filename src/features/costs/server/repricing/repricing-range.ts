/** Spans that are to be priced again. */
export interface RepricingRange {
  projectId: string;
  fromMs: number;
  toMs: number;
  /** As stored with the spans; "" for any. */
  provider: string;
  /** With `*` for any text. */
  model: string;
}

/** A calendar month in UTC, which is a partition of `spans`, cut to a range. */
export interface MonthSlice {
  /** 202611 */
  month: string;
  fromMs: number;
  toMs: number;
}

/** The months a range touches, the newest first: what people look at changes first. */
export function monthsOf(fromMs: number, toMs: number): MonthSlice[] {
  const slices: MonthSlice[] = [];
  const first = new Date(fromMs);
  let year = first.getUTCFullYear();
  let month = first.getUTCMonth();
  for (;;) {
    const startMs = Date.UTC(year, month, 1);
    if (startMs >= toMs) break;
    const endMs = Date.UTC(year, month + 1, 1);
    const name = new Date(startMs).toISOString().slice(0, 7).replace("-", "");
    slices.push({ month: name, fromMs: Math.max(fromMs, startMs), toMs: Math.min(toMs, endMs) });
    month++;
    if (month === 12) {
      month = 0;
      year++;
    }
  }
  return slices.reverse();
}
