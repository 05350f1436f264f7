import type { HistogramBucket, Unit } from "#web/charts/chart-types.ts";
import { niceStep } from "#web/charts/model/ticks.ts";

const MOST_BUCKETS = 24;
/** Below it numbers lose their digits; points so close are the same. */
const SMALLEST_SPREAD = 1e-290;

/** How often the points of all lines have each size: buckets of one round width from the least to the largest. */
export function distributionOf(
  lines: readonly (readonly (number | null)[])[],
  unit: Unit,
): HistogramBucket[] {
  const values = lines.flatMap((line) => line.filter((value) => value !== null));
  if (values.length === 0) return [];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  // Points are averages and the like: parts of a byte or of a token are not odd here.
  const spread = high - low < SMALLEST_SPREAD ? 0 : high - low;
  const step = niceStep(spread / (MOST_BUCKETS - 1), unit === "ms" || unit === "s" ? unit : "number");
  const first = Math.floor(low / step);
  const buckets = Array.from(
    { length: Math.floor(high / step) - first + 1 },
    (_, at): HistogramBucket => ({
      from: Number(((first + at) * step).toPrecision(12)),
      to: Number(((first + at + 1) * step).toPrecision(12)),
      count: 0,
    }),
  );
  for (const value of values) buckets[Math.floor(value / step) - first]!.count++;
  return buckets;
}

/** The value below which a share of the points lies (nearest rank); NaN without points. */
export function quantileOf(lines: readonly (readonly (number | null)[])[], share: number): number {
  const values = lines.flatMap((line) => line.filter((value) => value !== null)).sort((a, b) => a - b);
  return values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? Number.NaN;
}
