import { ChartLine, Table2 } from "lucide-react";
import { lazy, Suspense, useId, useMemo, useState } from "react";
import { useTimeZone } from "../lib/time-zone.ts";
import { useTimeRange } from "../lib/use-time-range.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { ChartFrame, chartStateOf } from "./chart-frame.tsx";
import { ChartTable } from "./chart-table.tsx";
import type { ChartAnnotation, ChartLimit, TimeSeriesProps } from "./chart-types.ts";
import { Legend } from "./legend.tsx";
import { describeChart } from "./model/describe.ts";
import { hasData, smallestStep } from "./model/series-data.ts";
import { useChartPatterns } from "./pattern-preference.ts";
import { createCursorStore } from "./plot/cursor-store.ts";
import { plotModelOf } from "./plot/plot-model.ts";
import { useThemeInEffect } from "./plot/theme.ts";

const loadPlot = () => import("./plot/uplot-chart.tsx");
const UplotChart = lazy(loadPlot);
// Whoever has come here will draw: the code need not wait for the data. A failure is told when it is drawn.
loadPlot().catch(() => {});

const HEIGHT_PX = 180;
const NO_ANNOTATIONS: readonly ChartAnnotation[] = [];
const NO_LIMITS: readonly ChartLimit[] = [];

/** Values over time as lines, areas or bars: see `TimeSeriesProps` and README.md. */
export function TimeSeries(props: TimeSeriesProps) {
  const { title, times, series, unit = "count", kind = "line", height = HEIGHT_PX } = props;
  const timeZone = useTimeZone();
  const [asTable, setAsTable] = useState(false);
  const ready = hasData(series);
  const state = chartStateOf(props, title, ready, height);
  return (
    <ChartFrame
      title={title}
      bare={props.bare}
      className={props.className}
      actions={
        <>
          {props.actions}
          {ready && (
            <IconButton
              size="sm"
              label={asTable ? `View ${title} as chart` : `View ${title} as table`}
              aria-pressed={asTable}
              icon={asTable ? <ChartLine aria-hidden size={14} /> : <Table2 aria-hidden size={14} />}
              onClick={() => setAsTable(!asTable)}
            />
          )}
        </>
      }
    >
      {state ??
        (asTable ? (
          <ChartTable
            title={title}
            times={times}
            series={series}
            unit={unit}
            timeZone={timeZone}
            height={height}
          />
        ) : (
          <Plot {...props} unit={unit} kind={kind} height={height} timeZone={timeZone} />
        ))}
    </ChartFrame>
  );
}

function Plot({
  title,
  times,
  series,
  unit,
  kind,
  height,
  timeZone,
  ...props
}: TimeSeriesProps & Required<Pick<TimeSeriesProps, "unit" | "kind" | "height">> & { timeZone: string }) {
  const { setRange } = useTimeRange();
  const theme = useThemeInEffect();
  const patterns = useChartPatterns();
  const descriptionId = useId();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | null>(null);
  const [cursor] = useState(createCursorStore);
  // Bars side by side are too thin to read: several are always stacked.
  const stacked = (props.stacked ?? false) || (kind === "bars" && series.length > 1);
  const stepMs = props.stepMs ?? smallestStep(times);
  const model = useMemo(
    () => plotModelOf({ times, series, hidden, kind, stacked, stepMs: props.stepMs, patterns }),
    [times, series, hidden, kind, stacked, props.stepMs, patterns],
  );
  const description = useMemo(
    () => describeChart({ kind, stacked, times, series, unit }, timeZone),
    [kind, stacked, times, series, unit, timeZone],
  );
  const first = times[0] ?? 0;
  const last = (times.at(-1) ?? 0) + (kind === "bars" ? stepMs : 0);
  const from = Math.min(props.range?.from ?? first, first);
  const to = Math.max(props.range?.to ?? last, last);
  const zoom = (fromMs: number, toMs: number) =>
    setRange({
      from: new Date(Math.round(fromMs)).toISOString(),
      to: new Date(Math.round(toMs)).toISOString(),
    });
  return (
    <>
      <div role="img" aria-label={title} aria-describedby={descriptionId} style={{ minHeight: height }}>
        <Suspense fallback={<span aria-hidden className="skeleton block rounded-md" style={{ height }} />}>
          <UplotChart
            model={model}
            kind={kind}
            unit={unit}
            height={height}
            range={useMemo(
              () => ({ from, to: to > from ? to : from + Math.max(1, stepMs) }),
              [from, to, stepMs],
            )}
            stepMs={stepMs}
            timeZone={timeZone}
            theme={theme}
            annotations={props.annotations ?? NO_ANNOTATIONS}
            limits={props.limits ?? NO_LIMITS}
            syncKey={props.syncKey ?? "page"}
            cursor={cursor}
            focused={focused}
            onZoom={props.onZoom === undefined ? zoom : props.onZoom}
          />
        </Suspense>
      </div>
      <p id={descriptionId} className="sr-only">
        {description}
      </p>
      {props.legend !== false && series.length > 1 && (
        <Legend
          title={title}
          times={times}
          series={series}
          model={model}
          unit={unit}
          patterns={patterns}
          hidden={hidden}
          cursor={cursor}
          onHidden={setHidden}
          onFocus={setFocused}
        />
      )}
    </>
  );
}
