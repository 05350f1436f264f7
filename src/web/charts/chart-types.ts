import type { ReactNode } from "react";

/**
 * What a chart's numbers are; decides ticks, tooltips, tables and words. `percent` takes a share (0.25 is
 * 25 %), `usd` US dollars, `ms` and `s` durations, `per_second` a rate, `number` anything else.
 */
export type Unit = "count" | "number" | "ms" | "s" | "usd" | "tokens" | "bytes" | "percent" | "per_second";

/** A place in the palette (1–8), or a colour with a meaning of its own. */
export type SeriesColor =
  | 1
  | 2
  | 3
  | 4
  | 5
  | 6
  | 7
  | 8
  | "danger"
  | "warning"
  | "success"
  | "accent"
  | "muted";

/** One line, area or set of bars. `values` has one entry for each of the chart's times; null is a gap. */
export interface ChartSeries {
  /** Stable over refreshes: what was hidden in the legend stays hidden. */
  id: string;
  label: string;
  values: readonly (number | null)[];
  /** The period before, moved onto this one's times; drawn dashed. */
  previous?: readonly (number | null)[];
  /** By its place among the series unless told. */
  color?: SeriesColor;
}

/** Something that happened at a time, or from a time to another: a deploy, an alert. Epoch milliseconds. */
export interface ChartAnnotation {
  time: number;
  end?: number;
  label: string;
  tone?: "neutral" | "danger" | "warning" | "success";
}

/** A level to compare with, such as a budget or a threshold. */
export interface ChartLimit {
  value: number;
  label: string;
  tone?: "danger" | "warning" | "neutral";
}

/** How a chart that has nothing to draw says so. Give a chart these and it draws its own states. */
export interface ChartState {
  /** Draws a skeleton of the chart's size. */
  loading?: boolean;
  /** A thrown value; shown with its sentence and, with `onRetry`, a button. */
  error?: unknown;
  onRetry?: () => void;
  /** Words for a chart without data; `Nothing in this time range.` unless told. */
  empty?: ReactNode;
}

export type ChartKind = "line" | "area" | "bars";

export interface TimeSeriesProps extends ChartState {
  /** The chart's name, for its heading and for screen readers. */
  title: string;
  /** Epoch milliseconds, ascending: where each bucket starts. Times that are missing become gaps. */
  times: readonly number[];
  series: readonly ChartSeries[];
  unit?: Unit;
  kind?: ChartKind;
  /** Adds the series up; with `area` and `bars`. Previous periods are then drawn as one line of their sum. */
  stacked?: boolean;
  /** Of the plot alone, in px. */
  height?: number;
  /** Both ends of the time axis; those of `times` unless told. Epoch milliseconds. */
  range?: { from: number; to: number };
  /** Width of a bucket; the smallest distance between two times unless told. */
  stepMs?: number;
  /** A stretch of the time axis was dragged over. Sets the page's time range unless told; null forbids it. */
  onZoom?: ((fromMs: number, toMs: number) => void) | null;
  annotations?: readonly ChartAnnotation[];
  limits?: readonly ChartLimit[];
  /** Charts with the same key show their cursors at the same time; `page` unless told. */
  syncKey?: string;
  /** False leaves it out; a single series has none anyway. */
  legend?: boolean;
  /** Without the surrounding card and its visible heading. */
  bare?: boolean;
  /** Buttons and links beside the heading. */
  actions?: ReactNode;
  className?: string;
}

export interface SparklineProps {
  values: readonly (number | null)[];
  /** What it shows, in words; without, it decorates a number that says it. */
  label?: string;
  unit?: Unit;
  color?: SeriesColor;
  /** Filled down to zero. */
  area?: boolean;
  width?: number;
  height?: number;
  className?: string;
}

/** One bar. With `href` or `onClick` its name is a link or a button. */
export interface BarItem {
  id: string;
  label: ReactNode;
  /** Plain text of the label, where that is not text itself. */
  name?: string;
  value: number;
  /** The same in the period before: shown as a delta. */
  previous?: number | null;
  color?: SeriesColor;
  /** Beside the value: a count, a share. */
  hint?: ReactNode;
  /** Draws the label as a link: gets the label, returns the link. */
  link?: (label: ReactNode) => ReactNode;
  onClick?: () => void;
}

export interface BarListProps extends ChartState {
  title: string;
  items: readonly BarItem[];
  unit?: Unit;
  /** Whether more is good, for the colour of deltas. */
  better?: "up" | "down";
  bare?: boolean;
  actions?: ReactNode;
  className?: string;
}

/** One bucket of a distribution. */
export interface HistogramBucket {
  from: number;
  /** Exclusive; infinite for the last bucket of many kinds of histogram. */
  to: number;
  count: number;
}

export interface HistogramProps extends ChartState {
  title: string;
  buckets: readonly HistogramBucket[];
  /** Of the axis. */
  unit?: Unit;
  height?: number;
  /** Marks such as p50, drawn as lines. */
  marks?: readonly { value: number; label: string }[];
  onSelect?: (bucket: HistogramBucket) => void;
  bare?: boolean;
  actions?: ReactNode;
  className?: string;
}

export interface StatTileProps {
  label: string;
  /** Null where it is not known: shown as a dash. */
  value: number | null | undefined;
  unit?: Unit;
  /** The same in the period before: shown as a delta in percent. */
  previous?: number | null;
  /** Whether more is good; without, a delta has no colour. */
  better?: "up" | "down";
  /** A sparkline below the value. */
  values?: readonly (number | null)[];
  color?: SeriesColor;
  /** Small words below: "of 12 agents". */
  hint?: ReactNode;
  /** Makes the whole tile a link: gets the content, returns the link. */
  link?: (content: ReactNode, className: string) => ReactNode;
  loading?: boolean;
  error?: unknown;
  className?: string;
}
