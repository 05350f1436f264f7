import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Measure } from "#features/analytics/analytics-contract.ts";
import { TimeSeries } from "#web/charts/time-series.tsx";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import { type SpanScope, trendQuery } from "../explorer-api.ts";

const MEASURES: readonly Measure[] = ["span_count", "errors", "duration_p50_ms", "duration_p95_ms"];
const HEIGHT_PX = 64;

/** How many spans, how many failed and how slow, over the range; dragging picks a shorter one. */
export function TrendCharts({ scope, range }: { scope: SpanScope; range: TimeRangeState }) {
  const trend = useQuery(trendQuery(scope, MEASURES));
  const answer = trend.data;
  const times = answer?.times.map((time) => Date.parse(time)) ?? [];
  const values = (measure: Measure) => answer?.series[0]?.values[measure] ?? [];
  const { from, to } = range.resolve();
  const shared = {
    bare: true,
    height: HEIGHT_PX,
    times,
    range: { from, to },
    loading: trend.isPending,
    error: trend.isError ? trend.error : undefined,
    onRetry: () => void trend.refetch(),
    syncKey: "explorer",
  };
  return (
    <section
      aria-label="Trend"
      className="grid shrink-0 grid-cols-3 gap-x-6 border-b border-border px-4 pt-1 pb-2 max-md:hidden"
    >
      <Captioned caption="Spans">
        <TimeSeries
          {...shared}
          title="Spans"
          kind="bars"
          series={[{ id: "spans", label: "Spans", values: values("span_count"), color: 1 }]}
        />
      </Captioned>
      <Captioned caption="Errors">
        <TimeSeries
          {...shared}
          title="Errors"
          kind="bars"
          series={[{ id: "errors", label: "Errors", values: values("errors"), color: "danger" }]}
        />
      </Captioned>
      <Captioned
        caption={
          <>
            Duration
            <span className="mr-1 ml-2 inline-block h-0.5 w-3 bg-series-1 align-middle" />
            p50
            <span className="mr-1 ml-2 inline-block h-0.5 w-3 bg-series-2 align-middle" />
            p95
          </>
        }
      >
        <TimeSeries
          {...shared}
          title="Duration"
          unit="ms"
          legend={false}
          series={[
            { id: "p50", label: "p50", values: values("duration_p50_ms"), color: 1 },
            { id: "p95", label: "p95", values: values("duration_p95_ms"), color: 2 },
          ]}
        />
      </Captioned>
    </section>
  );
}

/** A chart's name where its heading would take a row of its own. */
function Captioned({ caption, children }: { caption: ReactNode; children: ReactNode }) {
  return (
    <div className="relative min-w-0">
      <p aria-hidden className="absolute top-1.5 left-0 text-xs font-medium text-text-muted">
        {caption}
      </p>
      {children}
    </div>
  );
}
