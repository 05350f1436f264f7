import type { Aggregation } from "../../metrics-contract.ts";

/** How samples of a step become one value, in the order the menu shows them. */
export const AGGREGATIONS: readonly Aggregation[] = [
  "avg",
  "sum",
  "min",
  "max",
  "last",
  "rate",
  "increase",
  "count",
  "p50",
  "p90",
  "p95",
  "p99",
];

/** One query of the explorer. `where` and `group_by` are the API's. */
export interface MetricQuery {
  metric: string;
  where: string[];
  group_by: string[];
  /** The metric's own unless told. */
  aggregation?: Aggregation;
}

/** The explorer's part of the URL: each query is one text, see `queryText`. */
export interface MetricsSearch {
  /** Queries as `queryText` writes them. */
  query?: string[];
  /** Seconds per point. */
  step?: number;
  /** Search in the list of metrics. */
  find?: string;
}

export const MAX_QUERIES = 6;

/** Reads the explorer's search parameters; what cannot be read is as if it were not there. */
export function parseMetricsSearch(raw: Record<string, unknown>): MetricsSearch {
  const list = (Array.isArray(raw.query) ? raw.query : [raw.query]).filter(
    (item): item is string => typeof item === "string" && queryOf(item) !== null,
  );
  const step = Number(Array.isArray(raw.step) ? raw.step[0] : raw.step);
  const find = Array.isArray(raw.find) ? raw.find[0] : raw.find;
  return {
    ...(list.length > 0 && { query: list.slice(0, MAX_QUERIES) }),
    ...(Number.isInteger(step) && step >= 1 && step <= 2_678_400 && { step }),
    ...(typeof find === "string" && find !== "" && { find: find.slice(0, 200) }),
  };
}

const encode = (text: string) => encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":");

/**
 * A query as one readable text for the URL: `p95 http.duration where=method%3DGET by=route`. Names are
 * percent-encoded, so that spaces part the words.
 */
export function queryText(query: MetricQuery): string {
  return [
    query.aggregation ?? "auto",
    encode(query.metric),
    ...query.where.map((each) => `where=${encode(each)}`),
    ...query.group_by.map((each) => `by=${encode(each)}`),
  ].join(" ");
}

/** Reads what `queryText` writes; null for anything else. */
export function queryOf(text: string): MetricQuery | null {
  const [aggregation = "", metric = "", ...rest] = text.split(" ").filter((word) => word !== "");
  if (metric === "" || (aggregation !== "auto" && !AGGREGATIONS.includes(aggregation as Aggregation)))
    return null;
  try {
    const words = (prefix: string) =>
      rest
        .filter((word) => word.startsWith(prefix))
        .map((word) => decodeURIComponent(word.slice(prefix.length)))
        .slice(0, 20);
    return {
      metric: decodeURIComponent(metric),
      where: words("where="),
      group_by: words("by="),
      ...(aggregation !== "auto" && { aggregation: aggregation as Aggregation }),
    };
  } catch {
    return null;
  }
}

/** What a query shows, in words: `p95 of http.duration where method=GET by route`. */
export function queryWords(query: MetricQuery, aggregation: string): string {
  return [
    `${aggregation} of ${query.metric}`,
    query.where.length > 0 ? `where ${query.where.join(" and ")}` : "",
    query.group_by.length > 0 ? `by ${query.group_by.join(", ")}` : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}
