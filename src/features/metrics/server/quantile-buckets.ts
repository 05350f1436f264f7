/** Measurements between two values; `from` and `to` may be equal. */
export interface Bucket {
  from: number;
  to: number;
  count: number;
}

/**
 * The buckets of a histogram with explicit bounds. The first begins at 0 where all bounds are positive, the last
 * ends at the highest bound: what lies beyond is not known, as in Prometheus' histogram_quantile.
 */
export function explicitBuckets(bounds: readonly number[], counts: readonly number[]): Bucket[] {
  const buckets: Bucket[] = [];
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (!(count > 0)) continue;
    const first = bounds[0] ?? 0;
    const last = bounds.at(-1) ?? 0;
    const from = i === 0 ? Math.min(first, 0) : bounds[i - 1]!;
    buckets.push({ from: Math.min(from, last), to: Math.min(bounds[i] ?? last, last), count });
  }
  return buckets;
}

/**
 * The buckets of an exponential histogram: bucket i holds (base^i, base^(i+1)] with base 2^(2^-scale).
 * https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
 * @param sign -1 for the negative half, whose values are mirrored
 */
export function exponentialBuckets(
  scale: number,
  indexes: readonly number[],
  counts: readonly number[],
  sign: 1 | -1,
): Bucket[] {
  const bound = (index: number) => 2 ** (index * 2 ** -scale);
  const buckets: Bucket[] = [];
  indexes.forEach((index, i) => {
    const count = counts[i]!;
    if (!(count > 0)) return;
    const [near, far] = [sign * bound(index), sign * bound(index + 1)];
    buckets.push({ from: Math.min(near, far), to: Math.max(near, far), count });
  });
  return buckets;
}

/**
 * The value below which the share `q` of all measurements lies, assuming that they are spread evenly within their
 * buckets. Buckets may overlap, as those of senders with different bounds do: then the value is found by halving.
 * Null when there are none.
 */
export function quantileOf(buckets: readonly Bucket[], q: number): number | null {
  let total = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { from, to, count } of buckets) {
    if (count <= 0) continue;
    total += count;
    low = Math.min(low, from);
    high = Math.max(high, to);
  }
  if (total === 0 || !Number.isFinite(low) || !Number.isFinite(high)) return null;
  const wanted = q * total;
  for (let step = 0; step < 100 && high - low > Math.abs(high) * 1e-12; step++) {
    const middle = low + (high - low) / 2;
    if (measuredBelow(buckets, middle) >= wanted) high = middle;
    else low = middle;
  }
  return high;
}

/** How many measurements are at most `value`. */
function measuredBelow(buckets: readonly Bucket[], value: number): number {
  let sum = 0;
  for (const { from, to, count } of buckets) {
    if (value >= to) sum += count;
    else if (value > from) sum += (count * (value - from)) / (to - from);
  }
  return sum;
}
