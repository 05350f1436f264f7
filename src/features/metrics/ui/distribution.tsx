import { useMemo } from "react";
import { Histogram } from "#web/charts/histogram.tsx";
import { distributionOf, quantileOf } from "./model/distribution.ts";
import type { MetricChart } from "./model/metric-chart.ts";

/** How often the points of a chart have each size, with the middle and the upper end marked. */
export function Distribution({ chart, title }: { chart: MetricChart; title: string }) {
  const { buckets, marks } = useMemo(() => {
    const lines = chart.series.map((each) => each.values);
    return {
      buckets: distributionOf(lines, chart.unit),
      marks: [
        { value: quantileOf(lines, 0.5), label: "p50" },
        { value: quantileOf(lines, 0.95), label: "p95" },
      ],
    };
  }, [chart]);
  return <Histogram title={`Distribution of ${title}`} unit={chart.unit} buckets={buckets} marks={marks} />;
}
