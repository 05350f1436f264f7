import type { SpanOrigin } from "#features/telemetry/server/index.ts";
import { type Exemplar, type Labels, type MetricPoint, NO_RECORDED_VALUE } from "../metrics/metric-point.ts";
import { EARLIEST_TIME_NS, MAX_BUCKETS } from "./limits.ts";
import type { OutcomeCounter } from "./read-outcome.ts";
import { Reason } from "./rejection-reasons.ts";

/** Called once per accepted data point. */
export type PointSink = (point: MetricPoint) => void;

/** A point while it is read; what its metric says of all points is in it already. */
export type PointDraft = { -readonly [K in keyof MetricPoint]: MetricPoint[K] } & { hasValue: boolean };

/** What the points of one metric share. */
export interface MetricHead {
  name: string;
  description: string;
  unit: string;
  origin: SpanOrigin;
}

/** A point of a metric with nothing read of it yet. */
export function draftPoint(
  head: MetricHead,
  kind: MetricPoint["kind"],
  temporality: MetricPoint["temporality"],
  monotonic: boolean,
): PointDraft {
  return {
    name: head.name,
    kind,
    unit: head.unit,
    description: head.description,
    temporality,
    monotonic,
    attributes: [],
    resource: labelsOf(head.origin),
    scopeName: head.origin.scopeName,
    startTimeNs: 0n,
    timeNs: 0n,
    value: 0,
    hasValue: false,
    ...DEFAULTS[kind],
  };
}

/** What proto3 leaves out because it is 0. */
const DEFAULTS: Record<MetricPoint["kind"], Partial<MetricPoint>> = {
  gauge: {},
  sum: {},
  histogram: { count: 0 },
  exponential_histogram: { count: 0, scale: 0, zeroCount: 0 },
  summary: { count: 0, sum: 0 },
};

/** OTLP's AggregationTemporality by number. */
export function temporalityOf(number: number): MetricPoint["temporality"] {
  return number === 1 ? "delta" : number === 2 ? "cumulative" : "unspecified";
}

const resourceLabels = new WeakMap<SpanOrigin, Labels>();

/** Resource and scope attributes of an origin as one array, the same one for all points of the origin. */
function labelsOf(origin: SpanOrigin): Labels {
  let labels = resourceLabels.get(origin);
  if (labels === undefined) {
    const scope = [...(origin.scopeAttributes ?? [])].map(([key, value]) => [`scope.${key}`, value] as const);
    labels = [...origin.resource, ...scope];
    resourceLabels.set(origin, labels);
  }
  return labels;
}

/** Hands a point on, or counts why it cannot be taken. */
export function settlePoint(
  point: PointDraft,
  latestNs: number,
  outcome: OutcomeCounter,
  sink: PointSink,
): void {
  const reason = faultOf(point, latestNs);
  if (reason !== "") {
    outcome.reject(reason);
    return;
  }
  outcome.accepted++;
  sink(point);
}

function faultOf(point: PointDraft, latestNs: number): Reason | "" {
  const time = Number(point.timeNs);
  if (time === 0) return Reason.noPointTime;
  if (time < EARLIEST_TIME_NS) return Reason.tooEarly;
  if (time > latestNs) return Reason.tooLate;
  // A start that is no time says as much as none.
  if (point.startTimeNs > point.timeNs || Number(point.startTimeNs) < EARLIEST_TIME_NS)
    point.startTimeNs = 0n;
  switch (point.kind) {
    case "gauge":
    case "sum":
      return point.hasValue || ((point.flags ?? 0) & NO_RECORDED_VALUE) !== 0 ? "" : Reason.noValue;
    case "histogram":
      return faultOfBuckets(point.bounds ?? [], point.bucketCounts ?? []);
    case "exponential_histogram": {
      const buckets = (point.positiveCounts?.length ?? 0) + (point.negativeCounts?.length ?? 0);
      return buckets > MAX_BUCKETS ? Reason.tooManyBuckets : "";
    }
    default:
      return "";
  }
}

/** OTLP: one bucket more than bounds, or none of either; bounds grow strictly. */
function faultOfBuckets(bounds: readonly number[], counts: readonly number[]): Reason | "" {
  if (counts.length > MAX_BUCKETS) return Reason.tooManyBuckets;
  if (counts.length === 0 && bounds.length === 0) return "";
  if (counts.length !== bounds.length + 1) return Reason.buckets;
  for (let i = 0; i < bounds.length; i++) {
    if (Number.isNaN(bounds[i]!) || (i > 0 && bounds[i]! <= bounds[i - 1]!)) return Reason.buckets;
  }
  return "";
}

/** An exemplar without a time or with one that is none says when its point was. */
export function settleExemplars(exemplars: Exemplar[], point: PointDraft): void {
  if (exemplars.length === 0) return;
  for (const exemplar of exemplars) {
    const time = Number(exemplar.timeNs);
    if (time < EARLIEST_TIME_NS || time > Number(point.timeNs) + 3.6e12) exemplar.timeNs = point.timeNs;
  }
  point.exemplars = exemplars;
}
