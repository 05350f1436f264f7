import { Bindings, spanConditions, startsBetween } from "#features/traces/server/index.ts";
import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { ATTRIBUTE_TYPES, AttributesAnswer } from "../analytics-contract.ts";
import { type Ask, askBounded } from "./ask.ts";
import { ungrouped } from "./breakdown-query.ts";

/** Spans whose keys are looked at: the newest ones of the filter. */
const SAMPLE_SPANS = 20_000;

/** Maps that hold the attributes of each type. */
const MAPS = {
  string: "attributes_string",
  number: "attributes_number",
  bool: "attributes_bool",
  json: "attributes_json",
  resource: "resource_attributes",
} as const satisfies Record<(typeof ATTRIBUTE_TYPES)[number], string>;

/** The attribute keys in use, most frequent first, from the newest spans of a filter. */
export async function readAttributes(
  ask: Ask,
  question: {
    filter: SpanFilter;
    range: { fromMs: number; toMs: number };
    search: string | undefined;
    limit: number;
  },
): Promise<AttributesAnswer> {
  const { filter, range } = question;
  const bindings = new Bindings();
  const keys = Object.entries(MAPS).map(
    ([type, map]) => `arrayMap(k -> ('${type}', toString(k)), mapKeys(${map}))`,
  );
  const conditions = spanConditions(filter, bindings);
  const where = [
    "project_id = {project_id:UUID}",
    startsBetween(range.fromMs, range.toMs, bindings),
    ...conditions,
  ];
  const search = question.search
    ? `AND positionCaseInsensitiveUTF8(pair.2, ${bindings.bind(question.search, "String")}) > 0`
    : "";
  const { rows, truncated } = await askBounded<{ type: string; key: string; count: number }>(
    ask,
    `WITH sample AS (
       SELECT arrayConcat(${keys.join(", ")}, [('', '')]) AS pairs FROM spans
       WHERE ${where.join(" AND ")}
       ORDER BY toStartOfFiveMinutes(start_time) DESC
       LIMIT ${SAMPLE_SPANS}
     )
     SELECT pair.1 AS type, pair.2 AS key, count() AS count
     FROM (SELECT arrayJoin(pairs) AS pair FROM sample)
     WHERE pair.1 = '' OR (1 ${search})
     GROUP BY pair ORDER BY count DESC, key
     LIMIT ${bindings.bind(question.limit + 1, "UInt32")}`,
    bindings.params,
  );
  const looked = rows.find((row) => row.type === "")?.count ?? 0;
  const whole =
    looked < SAMPLE_SPANS ? undefined : await ungrouped(ask, { filter, range, measures: ["span_count"] });
  const all = whole?.values.span_count ?? looked;
  return {
    data: rows
      .filter((row): row is typeof row & { type: (typeof ATTRIBUTE_TYPES)[number] } => row.type !== "")
      .slice(0, question.limit),
    source: "spans",
    truncated: truncated || (whole?.truncated ?? false),
    sampled: all > looked ? looked / all : null,
  };
}
