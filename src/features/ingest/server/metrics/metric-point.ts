/** The kinds of OTLP metrics; points of other protocols are gauges and sums. */
export type MetricKind = "gauge" | "sum" | "histogram" | "exponential_histogram" | "summary";

/** Whether a point counts since the point before it (delta) or since `startTimeNs` (cumulative). */
export type Temporality = "unspecified" | "delta" | "cumulative";

/** Attributes as text. A key that stands twice counts with its last value. */
export type Labels = readonly (readonly [string, string])[];

/** OTLP's DataPointFlags: the point says that there is no value, as Prometheus' staleness marker does. */
export const NO_RECORDED_VALUE = 1;

/** A single measurement that a point was made from, with the trace it was made in. */
export interface Exemplar {
  timeNs: bigint;
  value: number;
  /** Hex, or empty when the measurement was made outside of a trace. */
  traceId: string;
  spanId: string;
  attributes: Labels;
}

/**
 * One point of a metric as readers of every protocol hand it on. Name to scope say which series it belongs to;
 * `resource` is one array per run of points, since its digest is kept by its identity.
 */
export interface MetricPoint {
  name: string;
  kind: MetricKind;
  /** UCUM, as OTLP wants it, or whatever the sender says; empty when not told. */
  unit: string;
  description: string;
  temporality: Temporality;
  /** True for a sum that only grows. */
  monotonic: boolean;
  attributes: Labels;
  resource: Labels;
  scopeName: string;
  /** Nanoseconds since 1970; 0 when not told. */
  startTimeNs: bigint;
  timeNs: bigint;
  /** Value of a gauge or sum; 0 for the other kinds. */
  value: number;
  /** Histograms and summaries: measurements, their sum and extremes as far as told. */
  count?: number;
  sum?: number;
  min?: number;
  max?: number;
  /** Histogram: upper bounds (inclusive) of all buckets but the last, and how many measurements are in each. */
  bounds?: readonly number[];
  bucketCounts?: readonly number[];
  /** Exponential histogram: base is 2^(2^-scale); bucket i holds (base^(offset+i), base^(offset+i+1)]. */
  scale?: number;
  zeroCount?: number;
  zeroThreshold?: number;
  positiveOffset?: number;
  negativeOffset?: number;
  positiveCounts?: readonly number[];
  negativeCounts?: readonly number[];
  /** Summary: pairs of quantile (0 to 1) and its value. */
  quantiles?: readonly (readonly [number, number])[];
  exemplars?: readonly Exemplar[];
  /** OTLP's DataPointFlags. */
  flags?: number;
}
