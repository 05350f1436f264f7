import type { MetricKind } from "../metrics/metric-point.ts";

/** What a field of a data point means; the numbers differ from kind to kind. */
export type PointField =
  | "attribute"
  | "start"
  | "time"
  | "double"
  | "int"
  | "exemplar"
  | "flags"
  | "count"
  | "sum"
  | "min"
  | "max"
  | "bucketCounts"
  | "bounds"
  | "scale"
  | "zeroCount"
  | "zeroThreshold"
  | "positive"
  | "negative"
  | "quantile";

const NUMBER_FIELDS: Readonly<Record<number, PointField>> = {
  58: "attribute",
  17: "start",
  25: "time",
  33: "double",
  49: "int",
  42: "exemplar",
  64: "flags",
};
/** The fields of a data point of each kind, by tag. Source: opentelemetry/proto/metrics/v1/metrics.proto. */
export const FIELDS: Readonly<Record<MetricKind, Readonly<Record<number, PointField>>>> = {
  gauge: NUMBER_FIELDS,
  sum: NUMBER_FIELDS,
  histogram: {
    74: "attribute",
    17: "start",
    25: "time",
    33: "count",
    41: "sum",
    49: "bucketCounts",
    50: "bucketCounts",
    57: "bounds",
    58: "bounds",
    66: "exemplar",
    80: "flags",
    89: "min",
    97: "max",
  },
  exponential_histogram: {
    10: "attribute",
    17: "start",
    25: "time",
    33: "count",
    41: "sum",
    48: "scale",
    57: "zeroCount",
    66: "positive",
    74: "negative",
    80: "flags",
    90: "exemplar",
    97: "min",
    105: "max",
    113: "zeroThreshold",
  },
  summary: {
    58: "attribute",
    17: "start",
    25: "time",
    33: "count",
    41: "sum",
    50: "quantile",
    64: "flags",
  },
};
/** The highest field number of any data point. */
export const LAST_POINT_FIELD = 14;

/** Whether a tag has the number of a known field, though perhaps another wire type. */
export function isKnownField(fields: Readonly<Record<number, PointField>>, tag: number): boolean {
  return Object.keys(fields).some((known) => Number(known) >>> 3 === tag >>> 3);
}
