import { type Bindings, parseWhere } from "#features/traces/server/index.ts";
import type { LogFilter } from "../logs-contract.ts";
import { severityRange } from "./log-severity.ts";

const listOf = <T extends string>(value: T | readonly T[] | undefined): T[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : [...value];

/** Filters whose values are a column's, word for word. */
const LIST_FILTERS = ["service", "environment", "agent", "event_name"] as const;
const TRACE_ID = /^[0-9a-f]{32}$/i;

/**
 * A filter as conditions over `logs`, without its time range. Values are bound, never spliced into the SQL. Throws
 * `invalid_filter` (400) for a condition of `where` that cannot be read.
 */
export function logConditions(filter: LogFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  const severities = listOf(filter.severity).map((severity) => {
    const { from, to } = severityRange(severity);
    return `severity_number BETWEEN ${from} AND ${to}`;
  });
  if (severities.length > 0) conditions.push(`(${severities.join(" OR ")})`);
  if (filter.min_severity) conditions.push(`severity_number >= ${severityRange(filter.min_severity).from}`);
  for (const name of LIST_FILTERS) {
    const values = listOf(filter[name]);
    if (values.length > 0) conditions.push(`${name} IN ${bindings.bind(values, "Array(String)")}`);
  }
  if (filter.trace_id) conditions.push(idIs("trace_id", filter.trace_id, bindings));
  if (filter.span_id) conditions.push(idIs("span_id", filter.span_id, bindings));
  if (filter.session_id) conditions.push(`session_id = ${bindings.bind(filter.session_id, "String")}`);
  const text = filter.q?.trim() ?? "";
  if (text !== "") conditions.push(textCondition(text, bindings));
  for (const where of listOf(filter.where)) conditions.push(attributeCondition(where, bindings));
  return conditions;
}

function idIs(column: "trace_id" | "span_id", id: string, bindings: Bindings): string {
  // By its table: the select calls the id's text by the same name.
  return `logs.${column} = toFixedString(unhex(${bindings.bind(id, "String")}), ${column === "trace_id" ? 16 : 8})`;
}

/** The text stands in the message; an id of a trace finds its records too. */
function textCondition(text: string, bindings: Bindings): string {
  const found = `positionCaseInsensitiveUTF8(body, ${bindings.bind(text, "String")}) > 0`;
  if (TRACE_ID.test(text)) return `(${found} OR ${idIs("trace_id", text, bindings)})`;
  const words = wholeWords(text);
  if (words.length === 0) return found;
  return `(hasAllTokens(body, ${bindings.bind(words, "Array(String)")}) AND ${found})`;
}

/** Words of a text that must be whole words of the message too: the index finds those. First and last may be parts. */
export function wholeWords(text: string): string[] {
  const ascii = text.toLowerCase().split(/[^a-z0-9\u0080-\uffff]+/);
  return [...new Set(ascii.slice(1, -1))].filter((word) => /^[a-z0-9]+$/.test(word));
}

/** Maps of a record that hold attributes as text. */
const TEXT_MAPS = ["attributes_string", "resource_attributes", "attributes_json"] as const;

/** One condition of `where`: an attribute of the record or of its resource, whatever its kind. */
function attributeCondition(text: string, bindings: Bindings): string {
  // Said to be an attribute, since a name such as "status" would mean a column of spans.
  const { name, operator, value } = parseWhere(text.startsWith("attribute:") ? text : `attribute:${text}`);
  const key = bindings.bind(name, "String");
  const isThere = [...TEXT_MAPS, "attributes_number", "attributes_bool"]
    .map((map) => `mapContains(${map}, ${key})`)
    .join(" OR ");
  if (operator === "?" || (operator === "~" && value === "")) return `(${isThere})`;
  const wanted = bindings.bind(value, "String");
  if (operator === "~") {
    return `(${TEXT_MAPS.map((map) => `positionCaseInsensitiveUTF8(${map}[${key}], ${wanted}) > 0`).join(" OR ")})`;
  }
  if (operator === "=" || operator === "!=") {
    const equal = `(${TEXT_MAPS.map((map) => `(mapContains(${map}, ${key}) AND ${map}[${key}] = ${wanted})`).join(" OR ")}
      OR (mapContains(attributes_number, ${key}) AND attributes_number[${key}] = toFloat64OrNull(${wanted}))
      OR (mapContains(attributes_bool, ${key}) AND toString(attributes_bool[${key}]) = ${wanted}))`;
    return operator === "=" ? equal : `NOT ${equal}`;
  }
  const number = bindings.bind(Number(value), "Float64");
  return `((mapContains(attributes_number, ${key}) AND attributes_number[${key}] ${operator} ${number})
    OR ifNull(toFloat64OrNull(attributes_string[${key}]) ${operator} ${number}, 0))`;
}

/** When records happened, in milliseconds since 1970; the end is exclusive. */
export function happenedBetween(fromMs: number, toMs: number, bindings: Bindings): string {
  const bound = (ms: number) => `fromUnixTimestamp64Milli(${bindings.bind(Math.floor(ms), "Int64")}, 'UTC')`;
  return `(time >= ${bound(fromMs)} AND time < ${bound(Math.ceil(toMs))})`;
}
