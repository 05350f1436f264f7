import type { SpanFilter } from "../trace-contract.ts";
import type { Bindings } from "./bindings.ts";
import {
  NUMBER_COLUMNS,
  parseWhere,
  STATUS_CODES,
  TEXT_COLUMNS,
  type WhereExpression,
} from "./where-expression.ts";

export const listOf = (value: string | readonly string[] | undefined): string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : [...value];

const TRACE_ID = /^[0-9a-f]{32}$/i;
const SPAN_ID = /^[0-9a-f]{16}$/i;

/** Filters whose values are a column's, word for word. */
export const LIST_FILTERS = [
  "agent",
  "agent_version",
  "model",
  "provider",
  "service",
  "operation",
  "tool",
  "error_type",
  "environment",
] as const satisfies readonly (keyof SpanFilter)[];

/**
 * A filter as conditions over `spans`, without its time range and without `message`. Values are bound, never
 * spliced into the SQL. Throws `invalid_filter` (400) for a condition of `where` that cannot be read.
 */
export function spanConditions(filter: SpanFilter, bindings: Bindings): string[] {
  const conditions: string[] = [];
  for (const name of LIST_FILTERS) {
    const values = listOf(filter[name]);
    if (values.length > 0) conditions.push(`${name} IN ${bindings.bind(values, "Array(String)")}`);
  }
  const statuses = listOf(filter.status).map((status) => STATUS_CODES[status]);
  if (statuses.length > 0) conditions.push(`status IN ${bindings.bind(statuses, "Array(UInt8)")}`);
  const tags = listOf(filter.tag);
  if (tags.length > 0) conditions.push(`hasAny(tags, ${bindings.bind(tags, "Array(String)")})`);
  if (filter.session_id) conditions.push(`session_id = ${bindings.bind(filter.session_id, "String")}`);
  if (filter.user_id) conditions.push(`user_id = ${bindings.bind(filter.user_id, "String")}`);
  if (filter.root) conditions.push(`is_root = ${filter.root === "true" ? 1 : 0}`);
  if (filter.trace_id) conditions.push(traceIdIs(filter.trace_id, bindings));
  if (filter.min_duration_ms !== undefined)
    conditions.push(`duration_ns >= ${bindings.bind(filter.min_duration_ms, "Float64")} * 1e6`);
  if (filter.max_duration_ms !== undefined)
    conditions.push(`duration_ns <= ${bindings.bind(filter.max_duration_ms, "Float64")} * 1e6`);
  const text = filter.q?.trim() ?? "";
  if (TRACE_ID.test(text)) conditions.push(traceIdIs(text, bindings));
  else if (SPAN_ID.test(text))
    conditions.push(`span_id = toFixedString(unhex(${bindings.bind(text, "String")}), 8)`);
  else if (text !== "")
    conditions.push(`positionCaseInsensitiveUTF8(name, ${bindings.bind(text, "String")}) > 0`);
  for (const attribute of listOf(filter.attribute)) conditions.push(attributeCondition(attribute, bindings));
  for (const where of listOf(filter.where)) conditions.push(whereCondition(parseWhere(where), bindings));
  return conditions;
}

const traceIdIs = (id: string, bindings: Bindings) =>
  `trace_id = toFixedString(unhex(${bindings.bind(id, "String")}), 16)`;

/** `key=value`, or `key` alone. */
export function attributeCondition(text: string, bindings: Bindings): string {
  const split = text.indexOf("=");
  const name = (split < 0 ? text : text.slice(0, split)).trim();
  const value = split < 0 ? "" : text.slice(split + 1).trim();
  return whereCondition({ name, kind: "attribute", operator: split < 0 ? "?" : "=", value }, bindings);
}

/** One condition of `where` over `spans`. */
export function whereCondition(expression: WhereExpression, bindings: Bindings): string {
  return expression.kind === "column"
    ? columnCondition(expression, bindings)
    : anyAttribute(expression, bindings);
}

function columnCondition({ name, operator, value }: WhereExpression, bindings: Bindings): string {
  if (name === "status") return compare("status", operator, bindings.bind(STATUS_CODES[value] ?? 0, "UInt8"));
  if (name === "root") return compare("is_root", operator, bindings.bind(value === "false" ? 0 : 1, "UInt8"));
  if (name === "tag") {
    if (operator === "?") return "notEmpty(tags)";
    const text = bindings.bind(value, "String");
    if (operator === "~") return `arrayExists(t -> positionCaseInsensitiveUTF8(t, ${text}) > 0, tags)`;
    return operator === "!=" ? `NOT has(tags, ${text})` : `has(tags, ${text})`;
  }
  const number = NUMBER_COLUMNS[name];
  if (number !== undefined) {
    if (operator === "?") return name === "cost_usd" ? "isNotNull(cost_usd)" : `(${number}) > 0`;
    return `ifNull(${compare(`(${number})`, operator, bindings.bind(Number(value), "Float64"))}, 0)`;
  }
  if (!TEXT_COLUMNS.has(name)) throw new Error(`There is no column "${name}" to filter by.`);
  if (operator === "?") return `${name} != ''`;
  const text = bindings.bind(value, "String");
  if (operator === "~") return `positionCaseInsensitiveUTF8(${name}, ${text}) > 0`;
  return compare(name, operator, text);
}

/** `~` of a number means equality: there is no part of a number to look for. */
const compare = (left: string, operator: string, right: string) =>
  `${left} ${operator === "~" ? "=" : operator} ${right}`;

/** Maps of a span that hold searchable attributes as text. */
const TEXT_MAPS = ["attributes_string", "resource_attributes", "attributes_json"] as const;

/** An attribute of any kind; a list or map is compared by its JSON text. */
function anyAttribute({ name, operator, value }: WhereExpression, bindings: Bindings): string {
  const key = bindings.bind(name, "String");
  if (operator === "?") {
    const maps = [...TEXT_MAPS, "attributes_number", "attributes_bool", "content"];
    return `(${maps.map((map) => `mapContains(${map}, ${key})`).join(" OR ")} OR has(content_keys, ${key}))`;
  }
  if (operator === "!=")
    return `NOT ${anyAttribute({ name, kind: "attribute", operator: "=", value }, bindings)}`;
  const text = bindings.bind(value, "String");
  if (operator === "~") {
    // An absent key reads as empty text, which holds no other.
    return value === ""
      ? anyAttribute({ name, kind: "attribute", operator: "?", value }, bindings)
      : `(${TEXT_MAPS.map((map) => `positionCaseInsensitiveUTF8(${map}[${key}], ${text}) > 0`).join(" OR ")})`;
  }
  if (operator === "=") {
    const texts = TEXT_MAPS.map((map) =>
      value === "" ? `(mapContains(${map}, ${key}) AND ${map}[${key}] = '')` : `${map}[${key}] = ${text}`,
    );
    return `(${texts.join(" OR ")}
      OR (mapContains(attributes_number, ${key}) AND attributes_number[${key}] = toFloat64OrNull(${text}))
      OR (mapContains(attributes_bool, ${key}) AND toString(attributes_bool[${key}]) = ${text}))`;
  }
  const number = bindings.bind(Number(value), "Float64");
  return `((mapContains(attributes_number, ${key}) AND attributes_number[${key}] ${operator} ${number})
    OR ifNull(toFloat64OrNull(attributes_string[${key}]) ${operator} ${number}, 0))`;
}

/** Conditions that let the primary key and the time do their work; bounds in milliseconds since 1970. */
export function startsBetween(fromMs: number, toMs: number, bindings: Bindings): string {
  const from = bindings.bind(Math.floor(fromMs), "Int64");
  const to = bindings.bind(Math.ceil(toMs), "Int64");
  return `(toStartOfFiveMinutes(start_time) >= toStartOfFiveMinutes(fromUnixTimestamp64Milli(${from}, 'UTC'))
      AND toStartOfFiveMinutes(start_time) <= toStartOfFiveMinutes(fromUnixTimestamp64Milli(${to}, 'UTC'))
      AND start_time >= fromUnixTimestamp64Milli(${from}, 'UTC') AND start_time < fromUnixTimestamp64Milli(${to}, 'UTC'))`;
}
