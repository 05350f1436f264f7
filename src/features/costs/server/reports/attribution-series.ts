import type { AttributionSeries } from "../../cost-report-contract.ts";
import type { BucketCost } from "./attribution-query.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEPS_MS = [
  10_000,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  DAY_MS,
  7 * DAY_MS,
];
const MAX_BUCKETS = 80;

/** The narrowest width that does not give too many bars; whole days for ranges of years. */
export function stepFor(fromMs: number, toMs: number): number {
  const fits = STEPS_MS.find((step) => (toMs - fromMs) / step <= MAX_BUCKETS);
  return fits ?? Math.ceil((toMs - fromMs) / MAX_BUCKETS / DAY_MS) * DAY_MS;
}

/** Costs as one row of numbers per group: the largest by themselves, the rest as `other`. No cent is lost. */
export function seriesOf(
  costs: readonly BucketCost[],
  range: { fromMs: number; toMs: number; stepMs: number },
  limit: number,
): AttributionSeries {
  const firstMs = Math.floor(range.fromMs / range.stepMs) * range.stepMs;
  const count = Math.max(1, Math.ceil((range.toMs - firstMs) / range.stepMs));
  const totals = new Map<string, number>();
  for (const { name, usd } of costs) totals.set(name, (totals.get(name) ?? 0) + usd);
  const shown = [...totals]
    .sort((left, right) => right[1] - left[1])
    .slice(0, limit)
    .map(([name]) => name);
  const rows = new Map(shown.map((name) => [name, new Array<number>(count).fill(0)]));
  const other = new Array<number>(count).fill(0);
  for (const { bucket_ms, name, usd } of costs) {
    const at = Math.round((bucket_ms - firstMs) / range.stepMs);
    const row = rows.get(name) ?? other;
    if (at >= 0 && at < count) row[at] = row[at]! + usd;
  }
  return {
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    times: other.map((_, index) => new Date(firstMs + index * range.stepMs).toISOString()),
    series: [
      ...[...rows].map(([name, usd]) => ({ name, other: false, usd })),
      ...(totals.size > shown.length ? [{ name: "", other: true, usd: other }] : []),
    ],
  };
}
