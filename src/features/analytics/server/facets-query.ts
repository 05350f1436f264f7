import type { SpanFilter } from "#features/traces/trace-contract.ts";
import type { FacetsAnswer } from "../analytics-contract.ts";
import { type Ask, askBounded, sourceOf } from "./ask.ts";
import { type MeasuredRows, measuredRows } from "./measured-rows.ts";
import { filterIsRolledUp, isRolledUp } from "./span-dimensions.ts";

/** What `readFacets` is asked for. */
export interface FacetsQuestion {
  filter: SpanFilter;
  range: { fromMs: number; toMs: number };
  dimensions: readonly string[];
  search: string | undefined;
  limit: number;
}

/** A facet that no rollup has looks at this much of the range's end. */
const UNROLLED_MS = 24 * 3_600_000;

type Source = MeasuredRows["source"];
interface Part {
  facets: FacetsAnswer["facets"];
  total: number;
  errors: number;
  truncated: boolean;
  source: Source;
}

/** The most frequent values of each dimension, the dimension's own filter left aside. */
export async function readFacets(ask: Ask, question: FacetsQuestion): Promise<FacetsAnswer> {
  const { filter, range } = question;
  // Facets without a filter of their own have the same spans: one query reads them all, and the totals.
  const own = (dimension: string) => filter[dimension as keyof SpanFilter] !== undefined;
  const [together, alone] = [
    question.dimensions.filter((dimension) => isRolledUp(dimension) && !own(dimension)),
    question.dimensions.filter((dimension) => !isRolledUp(dimension) || own(dimension)),
  ];
  const [all, ...others] = await Promise.all([
    readTogether(ask, question, filter, range, together),
    ...alone.map((dimension) => {
      const wide = isRolledUp(dimension) || !filterIsRolledUp(filter);
      const fromMs = wide ? range.fromMs : Math.max(range.fromMs, range.toMs - UNROLLED_MS);
      const cut = fromMs > range.fromMs;
      const without = { ...filter, [dimension]: undefined };
      return readTogether(ask, question, without, { fromMs, toMs: range.toMs }, [dimension]).then((part) => ({
        ...part,
        truncated: part.truncated || cut,
      }));
    }),
  ]);
  const parts: Part[] = [all!, ...others];
  const found = new Map(parts.flatMap((part) => part.facets.map((facet) => [facet.dimension, facet])));
  return {
    facets: question.dimensions.map((dimension) => found.get(dimension)!),
    total: all!.total,
    errors: all!.errors,
    source: sourceOf(parts.map((part) => part.source)),
    truncated: parts.some((part) => part.truncated),
    sampled: null,
  };
}

async function readTogether(
  ask: Ask,
  question: FacetsQuestion,
  filter: SpanFilter,
  range: { fromMs: number; toMs: number },
  dimensions: readonly string[],
): Promise<Part> {
  const found = await measuredRows(ask.rollups, {
    projectId: ask.projectId,
    filter,
    periods: [range],
    measures: ["span_count", "errors"],
    dimensions,
  });
  const { bindings } = found;
  const pairs = dimensions.map((_, i) => `(${i}, g${i})`);
  const search = question.search
    ? `AND (pair.1 < 0 OR positionCaseInsensitiveUTF8(pair.2, ${bindings.bind(question.search, "String")}) > 0)`
    : "";
  const { rows, truncated } = await askBounded<{
    facet: number;
    value: string;
    count: number;
    errors: number;
  }>(
    ask,
    `SELECT pair.1 AS facet, pair.2 AS value, sum(spans) AS count, sum(failed) AS errors
     FROM (
       SELECT arrayJoin([${["(-1, '')", ...pairs].join(", ")}]::Array(Tuple(Int8, String))) AS pair,
         c_spans AS spans, c_errors AS failed
       FROM ${found.sql}
     )
     WHERE (pair.1 < 0 OR pair.2 != '') ${search}
     GROUP BY pair
     ORDER BY count DESC, value
     LIMIT ${bindings.bind(question.limit + 1, "UInt32")} BY facet`,
    bindings.params,
  );
  const total = rows.find((row) => row.facet < 0);
  return {
    facets: dimensions.map((dimension, i) => {
      const values = rows.filter((row) => row.facet === i).map(({ value, count }) => ({ value, count }));
      return { dimension, values: values.slice(0, question.limit), more: values.length > question.limit };
    }),
    total: total?.count ?? 0,
    errors: total?.errors ?? 0,
    truncated,
    source: found.source,
  };
}
