import { useEffect, useLayoutEffect, useRef } from "react";
import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartAnnotation, ChartKind, ChartLimit, Unit } from "../chart-types.ts";
import { createPlot } from "./create-plot.ts";
import type { CursorStore } from "./cursor-store.ts";
import { type PlotModel, plotSignature } from "./plot-model.ts";

export interface UplotChartProps {
  model: PlotModel;
  kind: ChartKind;
  unit: Unit;
  height: number;
  /** Epoch milliseconds. */
  range: { from: number; to: number };
  stepMs: number;
  timeZone: string;
  theme: string;
  annotations: readonly ChartAnnotation[];
  limits: readonly ChartLimit[];
  syncKey: string;
  cursor: CursorStore;
  /** Id of the series the legend points at; the others fade. */
  focused: string | null;
  onZoom: ((fromMs: number, toMs: number) => void) | null;
}

/** The canvas: made anew when its shape changes, given new numbers otherwise. */
export default function UplotChart(props: UplotChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // The hooks of a plot outlive a render: they read the latest props.
  const latest = useRef(props);
  latest.current = props;
  const { model, kind, unit, height, theme, timeZone, syncKey, range, annotations, limits, focused } = props;
  const signature = [plotSignature(model, kind, unit), theme, timeZone, syncKey, props.onZoom === null].join(
    "|",
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature stands for what the plot is made of
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = createPlot(element, () => latest.current);
    plot.current = made;
    const resize = new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && width !== made.width) made.setSize({ width, height: latest.current.height });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      props.cursor.set(null);
      made.destroy();
      plot.current = null;
    };
  }, [signature]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the plot reads the rest from `latest`
  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    if (made.height !== height) made.setSize({ width: made.width, height });
    made.batch(() => {
      made.setData([model.times, ...model.layers.map((layer) => layer.drawn)], false);
      made.setScale("x", { min: range.from, max: range.to });
    });
    // The scale keeps its ends where they are the same; the values may not be.
    made.redraw(true, true);
  }, [model, range.from, range.to, annotations, limits, height]);

  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    const at = focused === null ? -1 : model.layers.findIndex((layer) => layer.id === focused);
    made.setSeries(at < 0 ? null : at + 1, { focus: true });
  }, [focused, model]);

  return <div ref={box} style={{ height }} className="relative" />;
}
