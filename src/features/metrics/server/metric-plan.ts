import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Aggregation, MetricSeries } from "../metrics-contract.ts";
import type { MatchedSeries } from "./metric-series-query.ts";

const USUAL_POINTS = 200;
const MAX_POINTS = 2000;
/** Widths of steps in seconds that people can read. */
const STEPS = [
  1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800,
];

/** The steps of a chart: they begin at whole steps since 1970, so that reloading a chart does not make it jitter. */
export interface Steps {
  seconds: number;
  /** Start of the first step, seconds since 1970. */
  first: number;
  count: number;
}

/** Cuts a range into steps. Throws `too_many_steps` (400). */
export function stepsOf(range: { fromMs: number; toMs: number }, wanted: number | undefined): Steps {
  const rangeSeconds = (range.toMs - range.fromMs) / 1000;
  const seconds = wanted ?? STEPS.find((step) => rangeSeconds / step <= USUAL_POINTS) ?? 2_592_000;
  const first = Math.floor(range.fromMs / 1000 / seconds) * seconds;
  const count = Math.ceil((range.toMs / 1000 - first) / seconds);
  if (count <= MAX_POINTS) return { seconds, first, count };
  throw new FlightdeckError(
    `A step of ${seconds} s gives ${count} points. Choose a wider step or a shorter range: at most ${MAX_POINTS}.`,
    { code: "too_many_steps", status: 400 },
  );
}

/** How a series' samples tell what was added since the one before. */
export const Nature = {
  /** Values that go up and down: what was added is the difference. */
  level: 0,
  /** Sums that only grow, until the sender starts anew from 0. */
  growing: 1,
  /** Each sample says itself what was added. */
  delta: 2,
} as const;
export type Nature = (typeof Nature)[keyof typeof Nature];

/** Histograms and summaries count what only grows; sums whose sender did not say how are taken as cumulative. */
export function natureOf(series: Pick<MatchedSeries, "kind" | "temporality" | "monotonic">): Nature {
  if (series.kind === "gauge") return Nature.level;
  if (series.temporality === "delta") return Nature.delta;
  if (series.kind !== "sum") return Nature.growing;
  return series.monotonic === 1 ? Nature.growing : Nature.level;
}

/** What a metric is charted by when nothing is asked for. */
export function usualAggregation(kind: MetricSeries["kind"], monotonic: boolean): Aggregation {
  if (kind === "histogram" || kind === "exponential_histogram") return "p95";
  return kind === "sum" && monotonic ? "rate" : "avg";
}

/** The unit of what an aggregation gives. */
export function unitOf(unit: string, kind: MetricSeries["kind"], aggregation: Aggregation): string {
  const counts = kind !== "gauge" && kind !== "sum";
  if (aggregation === "count") return "{count}";
  const base = counts && (aggregation === "rate" || aggregation === "increase") ? "{count}" : unit;
  return aggregation === "rate" ? `${base}/s` : base;
}

/** A quantile's share, or undefined for other aggregations. */
export function quantileShare(aggregation: Aggregation): number | undefined {
  return /^p\d\d$/.test(aggregation) ? Number(aggregation.slice(1)) / 100 : undefined;
}

/** Series under the same labels, which become one line. */
export interface LineGroup {
  labels: string[];
  series: MatchedSeries[];
}

/** Groups series by the values of their labels. */
export function groupSeries(series: readonly MatchedSeries[]): LineGroup[] {
  const groups = Map.groupBy(series, (one) => JSON.stringify(one.labels));
  return [...groups.values()].map((members) => ({ labels: members[0]!.labels, series: members }));
}
