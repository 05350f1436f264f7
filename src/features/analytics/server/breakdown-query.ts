import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { BreakdownAnswer, Measure, MeasureValues } from "../analytics-contract.ts";
import { type Ask, askBounded, sourceOf } from "./ask.ts";
import { measuresOf } from "./measure-sql.ts";
import { measuredRows, periodBefore } from "./measured-rows.ts";

/** What `readBreakdown` is asked for. */
export interface BreakdownQuestion {
  filter: SpanFilter;
  range: { fromMs: number; toMs: number };
  measures: readonly Measure[];
  dimensions: readonly string[];
  sort: Measure;
  order: "asc" | "desc";
  limit: number;
  compare: boolean;
}

/** Groups by a measure, with the rest summed up, the total, and the same groups in the period before. */
export async function readBreakdown(ask: Ask, question: BreakdownQuestion): Promise<BreakdownAnswer> {
  const { range, measures, dimensions, limit } = question;
  const top = await topGroups(ask, question);
  const groups = top.rows.slice(0, limit).map((row) => groupOf(row, dimensions.length));
  const rest = top.rows.length > limit;
  const sums = await sumsOf(ask, question, range, groups, rest);
  const previous = question.compare
    ? await sumsOf(ask, question, periodBefore(range), groups, false)
    : undefined;
  return {
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    data: groups.map((group, i) => ({
      group,
      values: measuresOf(top.rows[i]!, measures),
      previous: previous ? (previous.groups.get(keyOf(group)) ?? emptyValues(measures)) : null,
    })),
    other: rest ? (sums.other ?? emptyValues(measures)) : null,
    total: sums.total,
    previous_total: previous?.total ?? null,
    source: sourceOf([top.source, sums.source]),
    truncated: top.truncated || sums.truncated || (previous?.truncated ?? false),
    sampled: null,
  };
}

type Row = Record<string, unknown>;

const names = (count: number) => Array.from({ length: count }, (_, i) => `g${i}`);
const groupOf = (row: Row, count: number) => names(count).map((name) => String(row[name]));
const keyOf = (group: readonly string[]) => JSON.stringify(group);
const emptyValues = (measures: readonly Measure[]): MeasureValues => measuresOf({}, measures);

async function topGroups(ask: Ask, question: BreakdownQuestion) {
  const measures = [...new Set([...question.measures, question.sort])];
  const { filter, range, dimensions } = question;
  const found = await measuredRows(ask.rollups, {
    projectId: ask.projectId,
    filter,
    periods: [range],
    measures,
    dimensions,
  });
  const { bindings } = found;
  const columns = names(dimensions.length).join(", ");
  const answer = await askBounded<Row>(
    ask,
    `SELECT ${columns}, ${found.outer.join(", ")}
     FROM ${found.sql}
     GROUP BY ${columns}
     ORDER BY m_${question.sort} ${question.order === "asc" ? "ASC" : "DESC"} NULLS LAST, ${columns}
     LIMIT ${bindings.bind(question.limit + 1, "UInt32")}`,
    bindings.params,
  );
  return { ...answer, source: found.source };
}

/** The total of a range, what all groups but the given ones add up to, and the given ones themselves. */
async function sumsOf(
  ask: Ask,
  question: BreakdownQuestion,
  range: { fromMs: number; toMs: number },
  groups: readonly (readonly string[])[],
  withOther: boolean,
) {
  const { filter, measures, dimensions } = question;
  const what = { projectId: ask.projectId, filter, periods: [range], measures, dimensions };
  // A span with several tags counts for each of them, but once in the total.
  const total = await ungrouped(ask, { filter, range, measures });
  const found = await measuredRows(ask.rollups, what);
  const { bindings } = found;
  const list = bindings.bind(groups.map(keyOf), "Array(String)");
  const key = `toJSONString([${names(dimensions.length).join(", ")}])`;
  const { rows, truncated } = await askBounded<Row & { key: string }>(
    ask,
    `SELECT if(${key} IN ${list}, ${key}, '') AS key, ${found.outer.join(", ")}
     FROM ${found.sql}
     ${withOther ? "" : `WHERE ${key} IN ${list}`}
     GROUP BY key`,
    bindings.params,
  );
  const other = rows.find((row) => row.key === "");
  return {
    total: total.values,
    other: withOther && other ? measuresOf(other, measures) : null,
    groups: new Map(rows.map((row) => [row.key, measuresOf(row, measures)])),
    truncated: truncated || total.truncated,
    source: found.source,
  };
}

/** Measures over all spans of a filter. */
export async function ungrouped(
  ask: Ask,
  what: { filter: SpanFilter; range: { fromMs: number; toMs: number }; measures: readonly Measure[] },
) {
  const { filter, range, measures } = what;
  const found = await measuredRows(ask.rollups, {
    projectId: ask.projectId,
    filter,
    periods: [range],
    measures,
    dimensions: [],
  });
  const { rows, truncated } = await askBounded<Row>(
    ask,
    `SELECT ${found.outer.join(", ")} FROM ${found.sql}`,
    found.bindings.params,
  );
  return { values: measuresOf(rows[0] ?? {}, what.measures), truncated, source: found.source };
}

/** Groups read at most by `readGroups`, per dimension and period. */
const MAX_GROUPS = 1000;

/** Measures of one period by the values of one dimension. */
export type MeasuresByValue<M extends Measure> = Map<string, Partial<Record<M, number | null>>>;

/**
 * Measures by the values of each of some dimensions, in each of some periods, in one query. Returns one map per
 * dimension and period, of at most 1,000 values, largest by the first measure. `ofRuns`: error rate and percentiles
 * of durations are those of root spans.
 */
export async function readGroups<M extends Measure>(
  ask: Ask,
  question: {
    filter: SpanFilter;
    periods: readonly { fromMs: number; toMs: number }[];
    measures: readonly M[];
    dimensions: readonly string[];
    ofRuns?: boolean;
  },
): Promise<MeasuresByValue<M>[][]> {
  const { periods, measures, dimensions } = question;
  const found = await measuredRows(ask.rollups, { ...question, projectId: ask.projectId });
  const columns = names(dimensions.length);
  const sets = columns.map((name) => `(period, ${name})`).join(", ");
  const { rows } = await askBounded<Row & { period: number; dimension: number }>(
    ask,
    `SELECT period, ${columns.join(", ")}, indexOf([${columns.map((name) => `grouping(${name})`).join(", ")}], 0) - 1 AS dimension,
       ${found.outer.join(", ")}
     FROM ${found.sql}
     GROUP BY GROUPING SETS (${sets})
     ORDER BY m_${measures[0]} DESC NULLS LAST
     LIMIT ${MAX_GROUPS} BY period, dimension`,
    found.bindings.params,
  );
  const answer = dimensions.map(() => periods.map((): MeasuresByValue<M> => new Map()));
  for (const row of rows)
    answer[row.dimension]![row.period]!.set(String(row[`g${row.dimension}`]), measuresOf(row, measures));
  return answer;
}
