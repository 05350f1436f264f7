import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { AnalyticsSeries, Measure, SeriesAnswer, Step } from "../analytics-contract.ts";
import { type Ask, askBounded, sourceOf } from "./ask.ts";
import { measuresOf } from "./measure-sql.ts";
import { measuredRows } from "./measured-rows.ts";
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
}

interface SeriesRow extends Record<string, unknown> {
  bucket: number;
  g0?: string;
  is_total: number;
}

/** Measures over time, by the largest groups of a dimension where one is given. */
export async function readSeries(ask: Ask, question: SeriesQuestion): Promise<SeriesAnswer> {
  const { range } = question;
  const groups =
    question.dimension === undefined ? undefined : await topGroups(ask, question, question.dimension);
  const now = await seriesOf(ask, question, range, groups);
  const width = range.toMs - range.fromMs;
  const before = { fromMs: Math.max(0, range.fromMs - width), toMs: range.fromMs };
  const previous = question.compare
    ? await seriesOf(ask, { ...question, step: now.step }, before, groups)
    : null;
  const { step, source, truncated, ...rest } = now;
  return {
    ...rest,
    step,
    timezone: question.timezone,
    previous: previous && {
      from: previous.from,
      to: previous.to,
      times: previous.times,
      series: previous.series,
    },
    source: sourceOf([source, ...(previous ? [previous.source] : [])]),
    truncated: truncated || (previous?.truncated ?? false),
    sampled: null,
  };
}

async function topGroups(ask: Ask, question: SeriesQuestion, dimension: string): Promise<string[]> {
  const measures = question.measures.slice(0, 1);
  const { filter, range } = question;
  const found = await measuredRows(ask.rollups, {
    projectId: ask.projectId,
    filter,
    range,
    measures,
    dimensions: [dimension],
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

async function seriesOf(
  ask: Ask,
  question: SeriesQuestion,
  range: { fromMs: number; toMs: number },
  groups: readonly string[] | undefined,
) {
  const { measures, dimension } = question;
  const { step, starts } = timeBuckets(range, question.step, question.timezone);
  const found = await measuredRows(ask.rollups, {
    projectId: ask.projectId,
    filter: question.filter,
    range,
    measures,
    dimensions: dimension === undefined ? [] : [dimension],
    starts,
  });
  const { bindings } = found;
  const list = groups && bindings.bind(groups, "Array(String)");
  const group = list ? `if(g0 IN ${list}, g0, '') AS shown, g0 NOT IN ${list} AS other, ` : "";
  const keys = list ? "shown, other" : "";
  const { rows, truncated } = await askBounded<SeriesRow & { shown?: string; other?: number }>(
    ask,
    `SELECT ${group}bucket, grouping(bucket) AS is_total, ${found.outer.join(", ")}
     FROM ${found.sql}
     GROUP BY GROUPING SETS ((${[keys, "bucket"].filter(Boolean).join(", ")}), (${keys}))`,
    bindings.params,
  );
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
  return {
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    step,
    times: starts.map((ms) => new Date(ms).toISOString()),
    series: [...series.values()],
    source: found.source,
    truncated,
  };
}

/** A count of nothing is 0; a ratio, a percentile or a cost of nothing is not known. */
function ofNothing(measure: Measure): number | null {
  return /_ms$|_rate$|^cost/.test(measure) ? null : 0;
}
