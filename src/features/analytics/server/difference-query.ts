import {
  Bindings,
  parseWhere,
  spanConditions,
  startsBetween,
  whereCondition,
} from "#features/traces/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { DifferenceAnswer } from "../analytics-contract.ts";
import { type Ask, askBounded } from "./ask.ts";
import { ungrouped } from "./breakdown-query.ts";

/** Spans that are looked at on either side: the newest ones. */
const SAMPLE_SPANS = 4_000;

/** Columns whose values are compared, besides the attributes. */
const COLUMNS = [
  "name",
  "agent",
  "agent_version",
  "model",
  "provider",
  "operation",
  "tool",
  "environment",
  "service",
  "error_type",
  "finish_reason",
  "user_id",
  "session_id",
];

/**
 * What is different about a selection: for every value of every column and attribute, its share among the
 * selected spans and among the rest. The score is the difference of the shares less 1.96 standard errors of that
 * difference (two proportions, unpooled); values whose difference chance explains are left out.
 */
export async function readDifference(
  ask: Ask,
  question: {
    filter: SpanFilter;
    range: { fromMs: number; toMs: number };
    select: readonly string[];
    selectFromMs: number | undefined;
    selectToMs: number | undefined;
    limit: number;
  },
): Promise<DifferenceAnswer> {
  const { filter, range } = question;
  const bindings = new Bindings();
  const expressions = question.select.map(parseWhere);
  const selected = [
    ...expressions.map((expression) => whereCondition(expression, bindings)),
    ...(question.selectFromMs === undefined && question.selectToMs === undefined
      ? []
      : [startsBetween(question.selectFromMs ?? range.fromMs, question.selectToMs ?? range.toMs, bindings)]),
  ].join(" AND ");
  const population = [
    "project_id = {project_id:UUID}",
    startsBetween(range.fromMs, range.toMs, bindings),
    ...spanConditions(filter, bindings),
  ].join(" AND ");
  const asked = expressions.map(({ name, kind }) => (kind === "attribute" ? `attribute:${name}` : name));
  const columns = COLUMNS.filter((name) => !asked.includes(name)).map(
    (name) => `('${name}', toString(${name}))`,
  );
  const maps = [
    ["attributes_string", "v"],
    ["resource_attributes", "v"],
    ["attributes_number", "toString(v)"],
    ["attributes_bool", "toString(v)"],
    ["attributes_json", "v"],
  ].map(
    ([map, text]) =>
      `arrayMap((k, v) -> (concat('attribute:', toString(k)), substring(${text}, 1, 200)), mapKeys(${map}), mapValues(${map}))`,
  );
  const pairs = `arrayConcat([('', '')], [${columns.join(", ")}],
        arrayMap(t -> ('tag', toString(t)), tags), ${maps.join(", ")})`;
  const sample = (condition: string, isSelected: number) => `SELECT * FROM (
        SELECT ${isSelected} AS is_selected, ${pairs} AS pairs FROM spans
        WHERE ${population} AND ${condition}
        ORDER BY toStartOfFiveMinutes(start_time) DESC LIMIT ${SAMPLE_SPANS})`;
  const { rows, truncated } = await askBounded<{
    name: string;
    value: string;
    s: number;
    r: number;
    score: number;
  }>(
    ask,
    `WITH counted AS (
       SELECT pair.1 AS name, pair.2 AS value, countIf(is_selected = 1) AS s, countIf(is_selected = 0) AS r
       FROM (
         SELECT is_selected, arrayJoin(pairs) AS pair FROM (
           ${sample(`(${selected})`, 1)}
           UNION ALL
           ${sample(`NOT (${selected})`, 0)}
         )
       )
       WHERE pair.1 = '' OR pair.2 != ''
       GROUP BY pair
       HAVING name = '' OR s + r >= 3
     ),
     (SELECT (sum(s), sum(r)) FROM counted WHERE name = '') AS sizes,
     s / greatest(sizes.1, 1) AS p, r / greatest(sizes.2, 1) AS q
     SELECT name, value, s, r,
       abs(p - q) - 1.96 * sqrt(p * (1 - p) / greatest(sizes.1, 1) + q * (1 - q) / greatest(sizes.2, 1)) AS score
     FROM counted
     WHERE name = '' OR (score > 0.01 AND name NOT IN ${bindings.bind(asked, "Array(String)")})
     ORDER BY name = '' DESC, score DESC, name, value
     LIMIT ${bindings.bind(question.limit + 1, "UInt32")}`,
    bindings.params,
  );
  const sizes = rows.find((row) => row.name === "") ?? { s: 0, r: 0 };
  const looked = sizes.s + sizes.r;
  const cut = sizes.s >= SAMPLE_SPANS || sizes.r >= SAMPLE_SPANS;
  const whole = cut ? await ungrouped(ask, { filter, range, measures: ["span_count"] }) : undefined;
  const all = whole?.values.span_count ?? looked;
  return {
    selected: sizes.s,
    rest: sizes.r,
    data: rows
      .filter((row) => row.name !== "")
      .map((row) => ({
        name: row.name,
        value: row.value,
        selected_count: row.s,
        selected_share: row.s / Math.max(1, sizes.s),
        rest_count: row.r,
        rest_share: row.r / Math.max(1, sizes.r),
        score: row.score,
      })),
    source: "spans",
    truncated,
    sampled: cut && all > looked ? looked / all : null,
  };
}
