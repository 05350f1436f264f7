import type { MetricPoint } from "../metrics/metric-point.ts";
import type { BucketSpan, PromHistogram } from "./write-request.ts";

/** The schema of histograms with bounds of their own (`customValues`). */
export const CUSTOM_BUCKETS = -53;
/** Schemas of exponential buckets: the base is 2^(2^-schema). */
const LEAST_SCHEMA = -4;
const MOST_SCHEMA = 8;
/** Most buckets kept on one side of zero; finer histograms are merged pairwise until they fit. */
const MAX_BUCKETS = 2048;
/** Float counts are sums of rounded numbers: they may differ by this share. */
const FLOAT_TOLERANCE = 1e-6;
/** Bucket indexes are 32 bit integers. */
const MAX_INDEX = 2 ** 31;

/** Why a histogram is refused. */
export const HistogramProblem = {
  schema: "the schema of a native histogram is not -53 or between -4 and 8",
  spans: "the spans of a native histogram do not match its counts",
  negative: "a count of a native histogram is negative or not a number",
  count: "the count of a native histogram is not the sum of its buckets",
  custom: "custom bounds of a native histogram do not increase, or do not match its buckets",
} as const;

type HistogramFields = Pick<MetricPoint, "kind"> & Partial<MetricPoint>;

/**
 * The fields of the point that a native histogram becomes: an exponential histogram, or one with bounds where
 * its buckets are custom. Counts of float histograms are rounded to whole numbers. Answers a reason when it
 * contradicts itself.
 */
export function fieldsOfHistogram(histogram: PromHistogram): HistogramFields | string {
  const isCustom = histogram.schema === CUSTOM_BUCKETS;
  if (histogram.stale) return { kind: isCustom ? "histogram" : "exponential_histogram" };
  if (!isCustom && !(histogram.schema >= LEAST_SCHEMA && histogram.schema <= MOST_SCHEMA))
    return HistogramProblem.schema;
  const positive = indexed(histogram.positiveSpans, histogram.positiveCounts);
  const negative = indexed(histogram.negativeSpans, histogram.negativeCounts);
  if (!positive || !negative) return HistogramProblem.spans;
  const problem = problemOfCounts(histogram);
  if (problem) return problem;
  const count = Math.round(histogram.count);
  const sum = histogram.sum;
  if (isCustom) {
    const counts = customCounts(histogram, positive);
    if (!counts || histogram.negativeCounts.length > 0) return HistogramProblem.custom;
    return { kind: "histogram", count, sum, bounds: histogram.customValues, bucketCounts: counts };
  }
  const shift = Math.max(mergesNeeded(positive), mergesNeeded(negative));
  const above = dense(positive, shift);
  const below = dense(negative, shift);
  return {
    kind: "exponential_histogram",
    count,
    sum,
    scale: histogram.schema - shift,
    zeroCount: Math.round(histogram.zeroCount),
    zeroThreshold: histogram.zeroThreshold,
    positiveOffset: above.offset,
    positiveCounts: above.counts,
    negativeOffset: below.offset,
    negativeCounts: below.counts,
  };
}

interface Bucket {
  index: number;
  count: number;
}

/** Each bucket with its index, in increasing order; undefined when spans and counts do not match. */
function indexed(spans: readonly BucketSpan[], counts: readonly number[]): Bucket[] | undefined {
  const buckets: Bucket[] = [];
  let index = 0;
  let used = 0;
  for (const [number, { offset, length }] of spans.entries()) {
    if (number > 0 && offset < 0) return undefined;
    index += offset;
    if (length > counts.length - used || Math.abs(index) + length >= MAX_INDEX) return undefined;
    for (let i = 0; i < length; i++) buckets.push({ index: index++, count: counts[used++]! });
  }
  return used === counts.length ? buckets : undefined;
}

function problemOfCounts(histogram: PromHistogram): string {
  const { count, zeroCount, isFloat } = histogram;
  let total = zeroCount;
  for (const counts of [histogram.positiveCounts, histogram.negativeCounts]) {
    for (const one of counts) {
      if (!(one >= 0)) return HistogramProblem.negative;
      total += one;
    }
  }
  if (!(zeroCount >= 0) || !(count >= 0)) return HistogramProblem.negative;
  const tolerance = isFloat ? FLOAT_TOLERANCE * Math.max(count, total) : 0;
  // Observations that are not numbers count, and lie in no bucket.
  const missing = count - total;
  const matches = Number.isNaN(histogram.sum) ? missing >= -tolerance : Math.abs(missing) <= tolerance;
  return matches ? "" : HistogramProblem.count;
}

/** How often neighbouring buckets must be merged until a side has few enough. */
function mergesNeeded(buckets: readonly Bucket[]): number {
  if (buckets.length === 0) return 0;
  const first = buckets[0]!.index;
  const last = buckets.at(-1)!.index;
  let shift = 0;
  while (mergedIndex(last, shift) - mergedIndex(first, shift) >= MAX_BUCKETS) shift++;
  return shift;
}

/**
 * Index of a bucket at a scale lower by `shift`, as OpenTelemetry counts them: its bucket i reaches from base^i
 * to base^(i+1), Prometheus' one ends at base^i.
 */
function mergedIndex(index: number, shift: number): number {
  return Math.floor((index - 1) / 2 ** shift);
}

function dense(buckets: readonly Bucket[], shift: number): { offset: number; counts: number[] } {
  if (buckets.length === 0) return { offset: 0, counts: [] };
  const offset = mergedIndex(buckets[0]!.index, shift);
  const counts = new Array<number>(mergedIndex(buckets.at(-1)!.index, shift) - offset + 1).fill(0);
  for (const { index, count } of buckets) {
    const at = mergedIndex(index, shift) - offset;
    counts[at] = counts[at]! + count;
  }
  return { offset, counts: counts.map(Math.round) };
}

/** One count per custom bound and one for what is above the last; undefined when they do not fit together. */
function customCounts({ customValues }: PromHistogram, buckets: readonly Bucket[]): number[] | undefined {
  for (let i = 1; i < customValues.length; i++)
    if (!(customValues[i - 1]! < customValues[i]!)) return undefined;
  const counts = new Array<number>(customValues.length + 1).fill(0);
  for (const { index, count } of buckets) {
    if (index < 0 || index >= counts.length) return undefined;
    counts[index] = Math.round(count);
  }
  return counts;
}
