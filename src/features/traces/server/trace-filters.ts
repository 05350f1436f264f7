import type { QueryParams } from "#platform/clickhouse/telemetry-store.ts";
import type { TraceFilter } from "../trace-contract.ts";
import { DURATION_MS_SQL, STATUS_SQL, TOTAL_TOKENS_SQL } from "./trace-summary-row.ts";

/** Filters as SQL: what a trace's summary must satisfy, and what one of its spans must. */
export interface FilterSql {
  /** Conditions over `summariesWhere`'s columns. */
  summary: string[];
  /** Conditions over `spans`, each to be met by some span of the trace. */
  span: string[];
  params: QueryParams;
}

const listOf = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const TRACE_ID = /^[0-9a-f]{32}$/i;

/** Translates a filter; values are bound, never spliced into the SQL. */
export function filterSql(filter: TraceFilter): FilterSql {
  const sql: FilterSql = { summary: [], span: [], params: {} };
  const bind = (name: string, value: unknown, condition: string, where: "summary" | "span" = "summary") => {
    sql.params[name] = value;
    sql[where].push(condition);
  };
  const anyOf = (name: string, value: string | string[] | undefined, condition: string, where?: "span") => {
    const list = listOf(value);
    if (list.length > 0) bind(name, list, condition, where);
  };
  anyOf("agents", filter.agent, "hasAny(t_agents, {agents:Array(String)})");
  anyOf("models", filter.model, "hasAny(t_models, {models:Array(String)})");
  anyOf("providers", filter.provider, "hasAny(t_providers, {providers:Array(String)})");
  anyOf("environments", filter.environment, "t_environment IN {environments:Array(String)}");
  anyOf("services", filter.service, "service IN {services:Array(String)}", "span");
  anyOf("operations", filter.operation, "operation IN {operations:Array(String)}", "span");
  if (filter.session_id) bind("session", filter.session_id, "t_session_id = {session:String}");
  if (filter.user_id) bind("user", filter.user_id, "t_user_id = {user:String}");
  if (filter.status) sql.summary.push(filter.status === "error" ? `${STATUS_SQL} = 2` : `${STATUS_SQL} != 2`);
  if (filter.has_errors)
    sql.summary.push(filter.has_errors === "true" ? "t_error_count > 0" : "t_error_count = 0");
  if (filter.min_duration_ms !== undefined) {
    bind("min_duration", filter.min_duration_ms, `${DURATION_MS_SQL} >= {min_duration:Float64}`);
  }
  if (filter.max_duration_ms !== undefined) {
    bind("max_duration", filter.max_duration_ms, `${DURATION_MS_SQL} <= {max_duration:Float64}`);
  }
  if (filter.min_tokens !== undefined) {
    bind("min_tokens", filter.min_tokens, `${TOTAL_TOKENS_SQL} >= {min_tokens:UInt64}`);
  }
  if (filter.q) addSearch(filter.q.trim(), bind);
  listOf(filter.attribute).forEach((text, i) => {
    addAttribute(text, i, sql);
  });
  return sql;
}

type Bind = (name: string, value: unknown, condition: string, where?: "summary" | "span") => void;

function addSearch(text: string, bind: Bind): void {
  if (text === "") return;
  if (TRACE_ID.test(text)) bind("trace", text, "trace_key = toFixedString(unhex({trace:String}), 16)");
  else bind("text", text, "positionCaseInsensitiveUTF8(name, {text:String}) > 0", "span");
}

/** `key=value` compares with the attribute of any kind (a list by its JSON text); `key` alone asks for its presence. */
function addAttribute(text: string, index: number, sql: FilterSql): void {
  const split = text.indexOf("=");
  const key = `attribute_key_${index}`;
  const value = `attribute_value_${index}`;
  const k = `{${key}:String}`;
  sql.params[key] = (split < 0 ? text : text.slice(0, split)).trim();
  if (split < 0) {
    const maps = [
      "attributes_string",
      "attributes_number",
      "attributes_bool",
      "attributes_json",
      "resource_attributes",
      "content",
    ];
    sql.span.push(`(${maps.map((map) => `mapContains(${map}, ${k})`).join(" OR ")})`);
    return;
  }
  const v = `{${value}:String}`;
  sql.params[value] = text.slice(split + 1).trim();
  sql.span.push(
    // An absent key reads as empty text, so its presence is asked for too.
    `((mapContains(attributes_string, ${k}) AND attributes_string[${k}] = ${v})
      OR (mapContains(resource_attributes, ${k}) AND resource_attributes[${k}] = ${v})
      OR (mapContains(attributes_number, ${k}) AND attributes_number[${k}] = toFloat64OrNull(${v}))
      OR (mapContains(attributes_bool, ${k}) AND toString(attributes_bool[${k}]) = ${v}))`,
  );
}
