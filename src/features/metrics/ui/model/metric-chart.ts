import type { ChartSeries, Unit } from "#web/charts/chart-types.ts";
import type { MetricAnswer } from "../metrics-api.ts";
import { readUnit } from "./metric-unit.ts";
import type { MetricQuery } from "./metrics-search.ts";

/** Answers whose numbers can share an axis. */
export interface MetricChart {
  /** As it was sent, for the heading. */
  ucum: string;
  /** Places of the queries it shows. */
  queries: number[];
  unit: Unit;
  times: number[];
  stepMs: number;
  range: { from: number; to: number };
  series: ChartSeries[];
}

/** Letter of a query: A, B, C. */
export const queryLetter = (index: number): string => String.fromCharCode(65 + index);

/** Values of the labels, without their names; the metric's own name where it is one line. */
export function lineName(labels: Record<string, string>, query: MetricQuery, letter: string | null): string {
  const values = query.group_by.map((label) => labels[label] || "(none)");
  const name = values.length > 0 ? values.join(" · ") : query.metric;
  return letter === null ? name : `${letter} ${name}`;
}

/** Lays the answers of all queries onto charts: one for each unit, on the union of their times. */
export function metricCharts(
  answers: readonly { query: MetricQuery; answer: MetricAnswer }[],
): MetricChart[] {
  const charts = new Map<string, { at: number; query: MetricQuery; answer: MetricAnswer }[]>();
  answers.forEach((each, at) => {
    const key = `${each.answer.now.unit} ${each.answer.now.step_seconds}`;
    charts.set(key, [...(charts.get(key) ?? []), { ...each, at }]);
  });
  return [...charts.values()].map((group) => {
    const first = group[0]!.answer;
    const { unit, factor } = readUnit(first.now.unit);
    const seconds = [...new Set(group.flatMap(({ answer }) => answer.now.times))].sort((a, b) => a - b);
    const place = new Map(seconds.map((time, index) => [time, index]));
    const lay = (times: readonly number[], values: readonly (number | null)[]) => {
      const laid: (number | null)[] = new Array(seconds.length).fill(null);
      times.forEach((time, index) => {
        const to = place.get(time);
        const value = values[index];
        if (to !== undefined && value !== null && value !== undefined) laid[to] = value * factor;
      });
      return laid;
    };
    return {
      ucum: first.now.unit,
      queries: group.map(({ at }) => at),
      unit,
      times: seconds.map((time) => time * 1000),
      stepMs: first.now.step_seconds * 1000,
      range: first.range,
      series: group.flatMap(({ query, answer, at }) => {
        const letter = answers.length > 1 ? queryLetter(at) : null;
        const before = new Map(answer.before?.series.map((line) => [labelKey(line.labels), line.values]));
        return answer.now.series.map((line): ChartSeries => {
          const previous = before.get(labelKey(line.labels));
          return {
            id: `${queryLetter(at)} ${labelKey(line.labels)}`,
            label: lineName(line.labels, query, letter),
            values: lay(answer.now.times, line.values),
            // As many steps as now, so that the first lies on the first.
            ...(previous && { previous: lay(answer.now.times, previous) }),
          };
        });
      }),
    };
  });
}

function labelKey(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a line adds up to, for the table. */
export interface LineFigures {
  min: number | null;
  max: number | null;
  avg: number | null;
  last: number | null;
}

export function figuresOf(values: readonly (number | null)[]): LineFigures {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return { min: null, max: null, avg: null, last: null };
  return {
    min: known.reduce((a, b) => Math.min(a, b)),
    max: known.reduce((a, b) => Math.max(a, b)),
    avg: known.reduce((a, b) => a + b, 0) / known.length,
    last: known.at(-1) ?? null,
  };
}
