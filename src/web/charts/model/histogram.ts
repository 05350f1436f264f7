import { formatCount } from "../../lib/format.ts";
import type { HistogramBucket, Unit } from "../chart-types.ts";
import { formatValue } from "./units.ts";

/** `100 ms – 200 ms`, `from 30 s`, `below 0`. */
export function bucketName({ from, to }: HistogramBucket, unit: Unit): string {
  if (!Number.isFinite(to)) return `from ${formatValue(from, unit)}`;
  if (!Number.isFinite(from)) return `below ${formatValue(to, unit)}`;
  return `${formatValue(from, unit)} – ${formatValue(to, unit)}`;
}

/** What a histogram shows, in a sentence. */
export function histogramWords(buckets: readonly HistogramBucket[], unit: Unit): string {
  const total = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  if (total === 0) return "No values.";
  const top = buckets.reduce((best, bucket) => (bucket.count > best.count ? bucket : best));
  const share = Math.round((top.count / total) * 100);
  return `${formatCount(total, "value")}, most often ${bucketName(top, unit)} (${share} %).`;
}

/** Where on the axis a value stands, from 0 to 1, with all buckets equally wide; null outside of them. */
export function markPlace(buckets: readonly HistogramBucket[], value: number): number | null {
  const index = buckets.findIndex((bucket) => value >= bucket.from && value < bucket.to);
  const bucket = buckets[index];
  if (bucket === undefined) return null;
  const span = bucket.to - bucket.from;
  return (index + (Number.isFinite(span) && span > 0 ? (value - bucket.from) / span : 0.5)) / buckets.length;
}
