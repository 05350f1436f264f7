import type { QueryParams } from "#platform/clickhouse/telemetry-store.ts";
import type { TraceFilter } from "../trace-contract.ts";
import { Bindings } from "./bindings.ts";
import { attributeCondition, listOf, whereCondition } from "./span-filters.ts";
import { DURATION_MS_SQL, STATUS_SQL, TOTAL_TOKENS_SQL } from "./trace-summary-row.ts";
import { parseWhere } from "./where-expression.ts";

/** Filters as SQL: what a trace's summary must satisfy, and what one of its spans must. */
export interface FilterSql {
  /** Conditions over `summariesWhere`'s columns. */
  summary: string[];
  /** Conditions over `spans`, each to be met by some span of the trace. */
  span: string[];
  params: QueryParams;
}

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
  anyOf("tools", filter.tool, "tool IN {tools:Array(String)}", "span");
  anyOf("error_types", filter.error_type, "error_type IN {error_types:Array(String)}", "span");
  anyOf("versions", filter.agent_version, "agent_version IN {versions:Array(String)}", "span");
  anyOf("tags", filter.tag, "hasAny(tags, {tags:Array(String)})", "span");
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
  const bindings = new Bindings("where_");
  for (const text of listOf(filter.attribute)) sql.span.push(attributeCondition(text, bindings));
  const together = listOf(filter.where).map((text) => whereCondition(parseWhere(text), bindings));
  // Conditions of `where` are about one and the same span.
  if (together.length > 0) sql.span.push(`(${together.join(" AND ")})`);
  Object.assign(sql.params, bindings.params);
  return sql;
}

type Bind = (name: string, value: unknown, condition: string, where?: "summary" | "span") => void;

function addSearch(text: string, bind: Bind): void {
  if (text === "") return;
  if (TRACE_ID.test(text)) bind("trace", text, "trace_key = toFixedString(unhex({trace:String}), 16)");
  else bind("text", text, "positionCaseInsensitiveUTF8(name, {text:String}) > 0", "span");
}
