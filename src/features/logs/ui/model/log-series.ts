import type { ChartSeries } from "#web/charts/chart-types.ts";
import type { LogHistogram } from "../../logs-contract.ts";
import { SEVERITY_LOOKS, SEVERITY_ORDER } from "./severity.ts";

/** The histogram as bars by severity; severities without a record are left out. */
export function logSeries(histogram: LogHistogram | undefined): { times: number[]; series: ChartSeries[] } {
  if (histogram === undefined) return { times: [], series: [] };
  return {
    times: histogram.times.map((seconds) => seconds * 1000),
    series: SEVERITY_ORDER.flatMap((severity): ChartSeries[] => {
      const counts = histogram.counts[severity] ?? [];
      if (!counts.some((count) => count > 0)) return [];
      const { label, color } = SEVERITY_LOOKS[severity];
      return [
        { id: severity, label: label === "–" ? "unspecified" : label.toLowerCase(), values: counts, color },
      ];
    }),
  };
}
