import type { Measure, SeriesAnswer } from "#features/analytics/analytics-contract.ts";
import type { ChartSeries } from "#web/charts/chart-types.ts";

/** The token buckets, which exclude each other and so can be stacked. */
export const TOKEN_SERIES = [
  { measure: "tokens_input_uncached", label: "Input" },
  { measure: "tokens_cache_read", label: "Read from cache" },
  { measure: "tokens_cache_write", label: "Written to cache" },
  { measure: "tokens_output", label: "Output" },
  { measure: "tokens_reasoning", label: "Reasoning" },
] as const satisfies readonly { measure: Measure; label: string }[];

type Values = readonly (number | null)[];

/** Executions in two parts that add up to all of them: those that succeeded and those that failed. */
export function executionSeries(answer: SeriesAnswer | undefined): {
  times: number[];
  series: ChartSeries[];
} {
  const now = answer?.series[0]?.values;
  if (answer === undefined || now === undefined) return { times: [], series: [] };
  const before = answer.previous?.series[0]?.values;
  return {
    times: answer.times.map((time) => Date.parse(time)),
    series: [
      {
        id: "succeeded",
        label: "Succeeded",
        values: without(now.span_count, now.errors),
        ...(before && { previous: without(before.span_count, before.errors) }),
      },
      {
        id: "failed",
        label: "Failed",
        color: "danger",
        values: now.errors ?? [],
        ...(before?.errors && { previous: before.errors }),
      },
    ],
  };
}

function without(all: Values = [], part: Values = []): (number | null)[] {
  return all.map((value, index) => (value === null ? null : value - (part[index] ?? 0)));
}
