import { type Exemplar, type Labels, type MetricPoint, NO_RECORDED_VALUE } from "../metrics/metric-point.ts";
import { EARLIEST_TIME_NS, LATEST_AHEAD_MS } from "../otlp/limits.ts";
import { fieldsOfHistogram } from "./native-histogram.ts";
import type { PromExemplar, PromHistogram, PromLabels, PromSeries, PromType } from "./write-request.ts";

const NS_PER_MS = 1_000_000n;
const EARLIEST_MS = EARLIEST_TIME_NS / 1e6;

/** Why a single sample or histogram is refused. */
export const SampleProblem = {
  tooEarly: "a time is before the year 2000 (remote write has milliseconds since 1970)",
  tooLate: "a time is more than 24 hours in the future (check the sender's clock)",
} as const;

/** Takes the points of a series, and why others could not be made. */
export interface PointSink {
  point(point: MetricPoint, from: "sample" | "histogram"): void;
  refuse(reason: string): void;
}

/** Exemplars kept per series and request; a usual scrape has one. */
const MAX_EXEMPLARS = 100;

/** Prometheus has no resource: the one array says so to every series. */
const NO_RESOURCE: Labels = [];

/**
 * Makes points of a series whose labels were found good. Labels and names stay as sent. Exemplars, the series'
 * own and `others` that came apart from it, go to the first point that is not older, else to the last.
 */
export function makePoints(
  series: PromSeries,
  others: readonly PromExemplar[],
  nowMs: number,
  sink: PointSink,
): void {
  const name = series.labels.find(([key]) => key === "__name__")![1];
  const shape = shapeOf(name, series.type);
  const base: MetricPoint = {
    name,
    ...shape,
    unit: series.unit,
    description: series.help,
    attributes: attributesOf(series.labels),
    resource: NO_RESOURCE,
    scopeName: "",
    startTimeNs: 0n,
    timeNs: 0n,
    value: 0,
  };
  const made: { point: MetricPoint; from: "sample" | "histogram"; timeMs: number }[] = [];
  const keep = (
    point: MetricPoint,
    from: "sample" | "histogram",
    at: { timeMs: number; startMs: number },
  ) => {
    const problem = problemOfTime(at.timeMs, nowMs);
    if (problem) return sink.refuse(problem);
    const startMs = at.startMs || series.createdMs;
    point.timeNs = toNs(at.timeMs);
    if (startMs > 0 && startMs <= at.timeMs) point.startTimeNs = toNs(startMs);
    made.push({ point, from, timeMs: at.timeMs });
  };
  for (const sample of series.samples) {
    const value = sample.stale ? { value: 0, flags: NO_RECORDED_VALUE } : { value: sample.value };
    keep({ ...base, ...value }, "sample", sample);
  }
  for (const histogram of series.histograms) {
    const fields = fieldsOfHistogram(histogram);
    if (typeof fields === "string") sink.refuse(fields);
    else keep({ ...base, ...histogramShape(histogram), ...fields }, "histogram", histogram);
  }
  const exemplars = [...series.exemplars, ...others].filter(
    ({ timeMs }) => timeMs <= 0 || problemOfTime(timeMs, nowMs) === "",
  );
  attachExemplars(made, exemplars);
  for (const { point, from } of made) sink.point(point, from);
}

/** Counters only grow; so do the parts of classic histograms and summaries that count. */
const COUNTER = { kind: "sum", temporality: "cumulative", monotonic: true } as const;
const GAUGE = { kind: "gauge", temporality: "unspecified", monotonic: false } as const;

/**
 * What a plain sample is, by the type its sender tells and by its name. Version 1 does not tell types with
 * samples, so there the name alone decides, by OpenMetrics' suffixes: a series must not change its kind from
 * request to request. https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#metric-types
 */
export function shapeOf(
  name: string,
  type: PromType,
): Pick<MetricPoint, "kind" | "temporality" | "monotonic"> {
  switch (type) {
    case "counter":
      return COUNTER;
    case "histogram":
    case "summary":
      return /_(bucket|count|sum)$/.test(name) ? COUNTER : GAUGE;
    case "unknown":
      return /_(total|bucket|count|sum)$/.test(name) ? COUNTER : GAUGE;
    default:
      return GAUGE;
  }
}

function histogramShape({ isGauge }: PromHistogram): Pick<MetricPoint, "temporality" | "monotonic"> {
  return { temporality: isGauge ? "unspecified" : "cumulative", monotonic: false };
}

/** Labels but the name, sorted; an empty value is the same as no label. */
function attributesOf(labels: PromLabels): Labels {
  return labels
    .filter(([key, value]) => key !== "__name__" && value !== "")
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

function problemOfTime(timeMs: number, nowMs: number): string {
  if (timeMs < EARLIEST_MS) return SampleProblem.tooEarly;
  return timeMs > nowMs + LATEST_AHEAD_MS ? SampleProblem.tooLate : "";
}

function toNs(ms: number): bigint {
  return BigInt(ms) * NS_PER_MS;
}

function attachExemplars(
  made: readonly { point: MetricPoint; timeMs: number }[],
  exemplars: readonly PromExemplar[],
): void {
  const taken = new Map<MetricPoint, Exemplar[]>();
  for (const exemplar of exemplars.slice(0, MAX_EXEMPLARS)) {
    const taker = made.find(({ timeMs }) => timeMs >= exemplar.timeMs) ?? made.at(-1);
    if (!taker) return;
    const kept = taken.get(taker.point) ?? [];
    kept.push(exemplarOf(exemplar, taker.timeMs));
    taken.set(taker.point, kept);
  }
  for (const [point, kept] of taken) point.exemplars = kept;
}

const TRACE_ID = /^[0-9a-f]{32}$/i;
const SPAN_ID = /^[0-9a-f]{16}$/i;

/** Ids that are ids go where they can be followed to a trace; whatever else is in the labels stays a label. */
function exemplarOf({ labels, value, timeMs }: PromExemplar, pointMs: number): Exemplar {
  const traceId = labels.find(([key, id]) => key === "trace_id" && TRACE_ID.test(id))?.[1] ?? "";
  const spanId = labels.find(([key, id]) => key === "span_id" && SPAN_ID.test(id))?.[1] ?? "";
  return {
    timeNs: toNs(timeMs > 0 ? timeMs : pointMs),
    value,
    traceId: traceId.toLowerCase(),
    spanId: spanId.toLowerCase(),
    attributes: labels.filter(([key]) => !(key === "trace_id" && traceId) && !(key === "span_id" && spanId)),
  };
}
