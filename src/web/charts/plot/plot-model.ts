import type { ChartKind, ChartSeries, Unit } from "../chart-types.ts";
import { lookOf, type SeriesLook } from "../model/palette.ts";
import { stack, sumOf, withGaps } from "../model/series-data.ts";

type Values = (number | null)[];

/** One curve or set of bars as it is drawn; stacked ones hold running sums. */
export interface PlotLayer {
  /** Of the chart's series; null for the sum of the previous period. */
  id: string | null;
  label: string;
  look: SeriesLook;
  role: "current" | "previous";
  drawn: Values;
  /** What the tooltip tells: not summed up. */
  told: Values;
}

/** What is drawn, in the order of drawing: uPlot's data and its series come from the same list. */
export interface PlotModel {
  times: number[];
  layers: PlotLayer[];
  stacked: boolean;
}

export interface PlotInput {
  times: readonly number[];
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  kind: ChartKind;
  stacked: boolean;
  stepMs?: number;
  patterns: boolean;
}

/** Turns a chart's series into layers: gaps opened, hidden series left out, sums made, the past behind. */
export function plotModelOf(input: PlotInput): PlotModel {
  const shown = input.series.flatMap((each, index) => (input.hidden.has(each.id) ? [] : [{ each, index }]));
  const data = withGaps(
    input.times,
    shown.map(({ each }) => each),
    input.stepMs,
  );
  const stacked = input.stacked && shown.length > 1;
  const sums = stacked ? stack(data.values) : data.values;
  const layers = shown.map(
    ({ each, index }, at): PlotLayer => ({
      id: each.id,
      label: each.label,
      look: lookOf(index, each.color, input.patterns),
      role: "current",
      drawn: sums[at]!,
      told: data.values[at]!,
    }),
  );
  // The highest sum is drawn first, so that those below it lie in front.
  if (stacked) layers.reverse();
  const known = data.previous.filter((values) => values !== null);
  const past: PlotLayer[] = stacked
    ? known.length === 0
      ? []
      : [previousLayer(null, "All", { token: "text", dash: [], hatch: 0 }, sumOf(known))]
    : shown.flatMap(({ each, index }, at) => {
        const values = data.previous[at];
        return values ? [previousLayer(each.id, each.label, lookOf(index, each.color, false), values)] : [];
      });
  return { times: data.times, layers: [...layers, ...past], stacked };
}

function previousLayer(id: string | null, label: string, look: SeriesLook, values: Values): PlotLayer {
  return {
    id,
    label: `${label}, period before`,
    look: { ...look, dash: [2, 4], hatch: 0 },
    role: "previous",
    drawn: values,
    told: values,
  };
}

/** What makes a plot another one, rather than the same with new numbers. */
export function plotSignature(model: PlotModel, kind: ChartKind, unit: Unit): string {
  return JSON.stringify([
    kind,
    unit,
    model.stacked,
    model.layers.map((layer) => [layer.id, layer.label, layer.look, layer.role]),
  ]);
}

/** A line of the tooltip. */
export interface TooltipRow {
  label: string;
  look: SeriesLook;
  value: number | null;
  previous: number | null | undefined;
}

/** The tooltip at a bucket: largest first, at most `most`, with the number of those left out. */
export function tooltipRows(
  model: PlotModel,
  index: number,
  most: number,
): { rows: TooltipRow[]; cut: number } {
  const before = new Map(
    model.layers.filter((layer) => layer.role === "previous").map((layer) => [layer.id, layer.told[index]]),
  );
  const rows = model.layers
    .filter((layer) => layer.role === "current")
    .map((layer) => ({
      label: layer.label,
      look: layer.look,
      value: layer.told[index] ?? null,
      previous: before.has(layer.id) ? (before.get(layer.id) ?? null) : undefined,
    }));
  const known = rows.filter((row) => row.value !== null || row.previous != null);
  const all = model.stacked && before.has(null) ? (before.get(null) ?? null) : undefined;
  // A stack reads from its top to its bottom, lines from the largest to the smallest.
  if (!model.stacked) known.sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const told = known.slice(0, most);
  if (model.stacked && known.length > 1) {
    told.push({
      label: "All",
      look: lookOf(0, "muted", false),
      value: known.reduce((sum, row) => sum + (row.value ?? 0), 0),
      previous: all,
    });
  }
  return { rows: told, cut: known.length - Math.min(known.length, most) };
}
