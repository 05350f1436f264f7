import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { AnalyticsSeries, Measure, SeriesAnswer, Step } from "../analytics-contract.ts";
import { type Ask, askBounded } from "./ask.ts";
import { measuresOf } from "./measure-sql.ts";
import { measuredRows, type Period, periodBefore } from "./measured-rows.ts";
import { timeBuckets } from "./time-buckets.ts";

/** What `readSeries` is asked for. */
export interface SeriesQuestion {
  filter: SpanFilter;
  range: { fromMs: number; toMs: number };
  measures: readonly Measure[];
  step: Step;
  timezone: string;
  dimension: string | undefined;
  limit: number;
  compare: boolean;
  /** Error rate and percentiles of durations are those of root spans. */
  ofRuns?: boolean;
}

interface SeriesRow extends Record<string, unknown> {
  period: number;
  bucket: number;
  shown?: string;
  other?: number;
  is_total: number;
}

/** Measures over time, by the largest groups of a dimension where one is given. */
export async function readSeries(ask: Ask, question: SeriesQuestion): Promise<SeriesAnswer> {
  const { range, timezone, dimension } = question;
  const buckets = timeBuckets(range, question.step, timezone);
  const periods: Required<Period>[] = [{ ...range, starts: buckets.starts }];
  if (question.compare) {
    const before = periodBefore(range);
    if (before.fromMs < before.toMs)
      periods.push({ ...before, starts: timeBuckets(before, buckets.step, timezone).starts });
  }
  const groups = dimension === undefined ? undefined : await topGroups(ask, question, dimension);
  const { series, source, truncated } = await seriesOf(ask, question, periods, groups);
  const [now, previous] = periods.map(({ fromMs, toMs, starts }, i) => ({
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    times: starts.map((ms) => new Date(ms).toISOString()),
    series: series[i]!,
  }));
  return {
    ...now!,
    step: buckets.step,
    timezone,
    previous: previous ?? null,
    source,
    truncated,
    sampled: null,
  };
}

async function topGroups(ask: Ask, question: SeriesQuestion, dimension: string): Promise<string[]> {
  const measures = question.measures.slice(0, 1);
  const { filter, range } = question;
  const found = await measuredRows(ask.rollups, {
    projectId: ask.projectId,
    filter,
    periods: [range],
    measures,
    dimensions: [dimension],
    ofRuns: question.ofRuns,
  });
  const { rows } = await askBounded<{ g0: string }>(
    ask,
    `SELECT g0, ${found.outer.join(", ")} FROM ${found.sql}
     GROUP BY g0 ORDER BY m_${measures[0]} DESC NULLS LAST, g0
     LIMIT ${found.bindings.bind(question.limit, "UInt32")}`,
    found.bindings.params,
  );
  return rows.map((row) => row.g0);
}

/** The series of every period, one list per period. */
async function seriesOf(
  ask: Ask,
  question: SeriesQuestion,
  periods: readonly Required<Period>[],
  groups: readonly string[] | undefined,
) {
  const { measures, dimension } = question;
  const found = await measuredRows(ask.rollups, {
    projectId: ask.projectId,
    filter: question.filter,
    periods,
    measures,
    dimensions: dimension === undefined ? [] : [dimension],
    ofRuns: question.ofRuns,
  });
  const { bindings } = found;
  const list = groups && bindings.bind(groups, "Array(String)");
  const group = list ? `if(g0 IN ${list}, g0, '') AS shown, g0 NOT IN ${list} AS other, ` : "";
  const keys = list ? "period, shown, other" : "period";
  const { rows, truncated } = await askBounded<SeriesRow>(
    ask,
    `SELECT ${group}period, bucket, grouping(bucket) AS is_total, ${found.outer.join(", ")}
     FROM ${found.sql}
     GROUP BY GROUPING SETS ((${keys}, bucket), (${keys}))`,
    bindings.params,
  );
  const series = periods.map(({ starts }, i) =>
    seriesFrom(
      rows.filter((row) => row.period === i),
      starts,
      measures,
      groups,
    ),
  );
  return { series, source: found.source, truncated };
}

function seriesFrom(
  rows: readonly SeriesRow[],
  starts: readonly number[],
  measures: readonly Measure[],
  groups: readonly string[] | undefined,
): AnalyticsSeries[] {
  const indexOf = new Map(starts.map((ms, i) => [Math.floor(ms / 1000), i]));
  const empty = (shown: string | null, other: boolean): AnalyticsSeries => ({
    group: shown,
    other,
    values: Object.fromEntries(measures.map((measure) => [measure, starts.map(() => ofNothing(measure))])),
    total: Object.fromEntries(measures.map((measure) => [measure, ofNothing(measure)])),
  });
  const series = new Map<string, AnalyticsSeries>();
  for (const shown of groups ?? []) series.set(`0 ${shown}`, empty(shown, false));
  if (!groups) series.set("0 ", empty(null, false));
  for (const row of rows) {
    const key = `${row.other ?? 0} ${row.shown ?? ""}`;
    const one = series.get(key) ?? empty(null, true);
    series.set(key, one);
    const values = measuresOf(row, measures);
    if (row.is_total) one.total = values;
    else {
      const at = indexOf.get(row.bucket);
      if (at === undefined) continue;
      for (const measure of measures) one.values[measure]![at] = values[measure];
    }
  }
  return [...series.values()];
}

/** A count of nothing is 0; a ratio, a percentile or a cost of nothing is not known. */
function ofNothing(measure: Measure): number | null {
  return /_ms$|_rate$|^cost/.test(measure) ? null : 0;
}
