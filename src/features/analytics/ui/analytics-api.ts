import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { ChartSeries } from "#web/charts/chart-types.ts";
import { apiGet, type Params } from "#web/lib/api-client.ts";
import type { TimeRangeState } from "#web/lib/use-time-range.ts";
import type { BreakdownAnswer, Dimension, Measure, SeriesAnswer } from "../analytics-contract.ts";

/** What is asked: the filters are those of the span list. The range is resolved when asking. */
export interface AnalyticsScope {
  project: string;
  range: Pick<TimeRangeState, "typed" | "apiParams" | "compare">;
  filter?: Params;
  /** IANA name; days begin at its midnight. */
  timeZone?: string;
}

const paramsOf = ({ project, range, filter }: AnalyticsScope): Params => ({
  ...filter,
  project,
  ...range.apiParams(),
  compare: range.compare ? "previous" : undefined,
});

/** `GET /analytics/series`: measures over time, one line per group. */
export const analyticsSeriesQuery = (
  scope: AnalyticsScope,
  ask: { measure: Measure[]; group_by?: Dimension | `attribute:${string}`; limit?: number },
) =>
  queryOptions({
    queryKey: [
      "analytics",
      scope.project,
      "series",
      ask,
      scope.filter,
      scope.range.typed,
      scope.range.compare,
      scope.timeZone,
    ],
    queryFn: ({ signal }) =>
      apiGet<SeriesAnswer>(
        "/analytics/series",
        { ...paramsOf(scope), ...ask, timezone: scope.timeZone },
        { signal },
      ),
    placeholderData: keepPreviousData,
  });

/** `GET /analytics/breakdown`: the largest groups by the first measure. */
export const analyticsBreakdownQuery = (
  scope: AnalyticsScope,
  ask: { measure: Measure[]; group_by: Dimension | `attribute:${string}`; sort?: Measure; limit?: number },
) =>
  queryOptions({
    queryKey: [
      "analytics",
      scope.project,
      "breakdown",
      ask,
      scope.filter,
      scope.range.typed,
      scope.range.compare,
    ],
    queryFn: ({ signal }) =>
      apiGet<BreakdownAnswer>("/analytics/breakdown", { ...paramsOf(scope), ...ask }, { signal }),
    placeholderData: keepPreviousData,
  });

/** One measure of an answer as the lines of a chart; a period before is laid over by its place in the range. */
export function chartOf(
  answer: SeriesAnswer | undefined,
  measure: Measure,
  label: (group: string | null, other: boolean) => string = (group, other) =>
    other ? "Other" : group || "(none)",
): { times: number[]; series: ChartSeries[] } {
  if (answer === undefined) return { times: [], series: [] };
  const before = new Map(answer.previous?.series.map((each) => [keyOf(each), each.values[measure]]));
  return {
    times: answer.times.map((time) => Date.parse(time)),
    series: answer.series.map((each) => {
      const previous = before.get(keyOf(each));
      return {
        id: keyOf(each),
        label: label(each.group, each.other),
        values: each.values[measure] ?? [],
        ...(previous && { previous }),
        ...(each.other && { color: "muted" as const }),
      };
    }),
  };
}

const keyOf = (series: { group: string | null; other: boolean }) =>
  series.other ? "other" : `group:${series.group ?? ""}`;
