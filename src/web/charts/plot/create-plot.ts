import uPlot from "uplot";
import { extentOf } from "../model/series-data.ts";
import { timeTickLabel, timeTicks, valueBounds, valueTicks } from "../model/ticks.ts";
import { formatValue } from "../model/units.ts";
import { drawAnnotations, drawLimits } from "./overlays.ts";
import type { PlotLayer } from "./plot-model.ts";
import { hatchFill, tokenColour, withAlpha } from "./theme.ts";
import { createTooltip } from "./tooltip.ts";
import type { UplotChartProps } from "./uplot-chart.tsx";

const FONT = '11px ui-sans-serif, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif';
const PX_PER_TIME_TICK = 84;
const PX_PER_VALUE_TICK = 28;
/** A drag shorter than this is a click. */
const LEAST_DRAG_PX = 6;

/** Makes a plot inside an element; `latest` gives the props as they are when a hook runs. */
export function createPlot(element: HTMLElement, latest: () => UplotChartProps): uPlot {
  const { model, kind, height, onZoom, syncKey } = latest();
  const grid = { stroke: withAlpha(tokenColour("border"), 1), width: 1 };
  const axis = { stroke: tokenColour("text-muted"), font: FONT, ticks: { show: false } };
  const tooltip = createTooltip(element, latest);
  const options: uPlot.Options = {
    width: Math.max(60, element.clientWidth),
    height,
    ms: 1,
    padding: [6, 8, 0, 0],
    legend: { show: false },
    focus: { alpha: 0.25 },
    cursor: {
      x: true,
      y: false,
      sync: { key: syncKey, setSeries: false },
      drag: { x: onZoom !== null, y: false, setScale: false, dist: LEAST_DRAG_PX },
      points: kind === "bars" ? { show: false } : { size: 7, width: 2 },
      bind: { dblclick: () => () => null },
    },
    scales: {
      x: { time: false, auto: false, range: () => [latest().range.from, latest().range.to] },
      y: { range: () => boundsOf(latest()) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        gap: 6,
        splits: (u) =>
          timeTicks(
            u.scales.x!.min!,
            u.scales.x!.max!,
            u.bbox.width / devicePixelRatio / PX_PER_TIME_TICK,
            latest().timeZone,
          ),
        values: (_, ticks) => {
          const step = (ticks[1] ?? Number.POSITIVE_INFINITY) - (ticks[0] ?? 0);
          return ticks.map((tick) => timeTickLabel(tick, step, latest().timeZone));
        },
      },
      {
        ...axis,
        grid,
        gap: 6,
        size: (_, labels) => 14 + 6.2 * Math.max(3, ...(labels ?? []).map((label) => label.length)),
        splits: (u) =>
          valueTicks(
            u.scales.y!.min!,
            u.scales.y!.max!,
            Math.max(2, u.bbox.height / devicePixelRatio / PX_PER_VALUE_TICK),
            latest().unit,
          ),
        values: (_, ticks) => ticks.map((tick) => formatValue(tick, latest().unit)),
      },
    ],
    series: [{}, ...model.layers.map((layer, at) => seriesOf(layer, at, latest))],
    bands: kind === "area" && model.stacked ? bandsOf(model.layers) : undefined,
    hooks: {
      drawClear: [(u) => drawAnnotations(u, latest().annotations)],
      draw: [(u) => drawLimits(u, latest().limits)],
      setCursor: [
        (u) => {
          const index = pointedIndex(u, latest().kind);
          latest().cursor.set(index);
          tooltip.show(u, index);
        },
      ],
      setSelect: [
        (u) => {
          const { left, width } = u.select;
          if (width < LEAST_DRAG_PX) return;
          const [from, to] = [u.posToVal(left, "x"), u.posToVal(left + width, "x")];
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest().onZoom?.(from, to);
        },
      ],
      destroy: [() => tooltip.remove()],
    },
  };
  return new uPlot(options, [model.times, ...model.layers.map((layer) => layer.drawn)], element);
}

/** The bucket under the cursor: the nearest point of a line, the bar that is pointed at. */
function pointedIndex(u: uPlot, kind: UplotChartProps["kind"]): number | null {
  const { idx, left = -1 } = u.cursor;
  if (idx === null || idx === undefined || left < 0) return null;
  return kind === "bars" && idx > 0 && u.data[0][idx]! > u.posToVal(left, "x") ? idx - 1 : idx;
}

function boundsOf({ model, limits }: UplotChartProps): [number, number] {
  const drawn = model.layers.map((layer) => layer.drawn);
  const [min, max] = extentOf([...drawn, limits.map((limit) => limit.value)]);
  return valueBounds(min, max);
}

function seriesOf(layer: PlotLayer, at: number, latest: () => UplotChartProps): uPlot.Series {
  const { kind, model } = latest();
  const colour = tokenColour(layer.look.token);
  if (layer.role === "previous") {
    return {
      label: layer.label,
      stroke: withAlpha(colour, 0.75),
      width: 1.5,
      dash: [...layer.look.dash],
      points: { show: false },
    };
  }
  const filled = kind !== "line";
  const alpha = kind === "bars" ? (model.stacked ? 1 : 0.85) : model.stacked ? 0.45 : 0.18;
  const fill = !filled
    ? undefined
    : layer.look.hatch === 0
      ? withAlpha(colour, alpha)
      : hatchFill(
          colour,
          layer.look.hatch,
          alpha * 0.6,
          kind === "bars" ? tokenColour("surface") : undefined,
        );
  return {
    label: layer.label,
    stroke: colour,
    width: kind === "bars" ? 0 : 1.75,
    dash: kind === "line" ? [...layer.look.dash] : undefined,
    fill: fill === undefined ? undefined : () => fill,
    paths: kind === "bars" ? barPaths(latest) : undefined,
    points: { show: kind !== "bars", size: 5, filter: (u) => lonely(u, at + 1) },
  };
}

/** Bars stand on the bucket they count: from its start to its end. */
function barPaths(latest: () => UplotChartProps): uPlot.Series.PathBuilder {
  return (u, seriesIdx, idx0, idx1) => {
    const { range, stepMs } = latest();
    const perMs = u.bbox.width / devicePixelRatio / Math.max(1, range.to - range.from);
    const slot = Math.max(1, stepMs * perMs);
    const width = Math.max(1, slot - Math.min(3, slot * 0.2));
    const build = uPlot.paths.bars!({ size: [1, width, 1], align: 1, radius: slot > 8 ? 0.08 : 0 });
    return build(u, seriesIdx, idx0, idx1);
  };
}

/** Points between two gaps, which a line cannot show. */
function lonely(u: uPlot, seriesIdx: number): number[] {
  const values = u.data[seriesIdx] ?? [];
  const alone: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) alone.push(i);
  }
  return alone;
}

/** The space between each sum and the next one below it. */
function bandsOf(layers: readonly PlotLayer[]): uPlot.Band[] {
  const current = layers.filter((layer) => layer.role === "current").length;
  return Array.from({ length: Math.max(0, current - 1) }, (_, at) => ({
    series: [at + 1, at + 2] as [number, number],
  }));
}
