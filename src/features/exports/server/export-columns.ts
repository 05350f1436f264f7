import type { ExportFormat } from "../export-contract.ts";

/** A column of an export: its name, its SQL, and whether it holds text that someone sent. */
export interface ExportColumn {
  name: string;
  sql: string;
  text?: boolean;
}

const text = (name: string, sql = name): ExportColumn => ({ name, sql, text: true });
const value = (name: string, sql = name): ExportColumn => ({ name, sql });
const time = (name: string, sql: string) =>
  value(name, `formatDateTime(${sql}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC')`);

const ATTRIBUTES =
  "mapConcat(resource_attributes, attributes_string, attributes_json, " +
  "mapApply((k, v) -> (k, toString(v)), attributes_number), mapApply((k, v) -> (k, toString(v)), attributes_bool))";

/** Columns of the spans' export, over `spans`. */
export const SPAN_COLUMNS: readonly ExportColumn[] = [
  value("trace_id", "lower(hex(trace_id))"),
  value("span_id", "lower(hex(span_id))"),
  value("parent_span_id", "if(is_root = 1, '', lower(hex(parent_span_id)))"),
  text("name"),
  value("kind", "['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'][kind + 1]"),
  text("operation"),
  value("status", "['unset', 'ok', 'error'][status + 1]"),
  text("error_type"),
  text("status_message"),
  time("start_time", "start_time"),
  value("duration_ms", "duration_ns / 1e6"),
  text("service"),
  text("environment"),
  text("agent"),
  text("agent_version"),
  text("model"),
  text("provider"),
  text("tool"),
  text("finish_reason"),
  text("session_id"),
  text("user_id"),
  text("tags", "arrayStringConcat(tags, ', ')"),
  value("tokens_input_uncached"),
  value("tokens_cache_read"),
  value("tokens_cache_write", "tokens_cache_write + tokens_cache_write_long"),
  value("tokens_output"),
  value("tokens_reasoning"),
  value("cost_usd"),
  value("price_version"),
  value("time_to_first_token_ms", "nullIf(time_to_first_token_ms, 0)"),
  text("attributes", `toJSONString(${ATTRIBUTES})`),
];

/** Columns of the traces' export, over `summariesWhere`. */
export const TRACE_COLUMNS: readonly ExportColumn[] = [
  value("trace_id", "lower(hex(trace_key))"),
  text("name", "if(t_root_count > 0, t_root_name, t_first_name)"),
  text("service", "t_service"),
  time("start_time", "t_start"),
  value("duration_ms", "dateDiff('nanosecond', t_start, t_end) / 1e6"),
  value(
    "status",
    "['unset', 'ok', 'error'][if(t_root_count > 0, t_root_status, if(t_error_count > 0, 2, 0)) + 1]",
  ),
  value("span_count", "t_span_count"),
  value("error_count", "t_error_count"),
  value("llm_call_count", "t_llm_call_count"),
  value("tool_call_count", "t_tool_call_count"),
  text("agents", "arrayStringConcat(arraySort(t_agents), ', ')"),
  text("models", "arrayStringConcat(arraySort(t_models), ', ')"),
  text("providers", "arrayStringConcat(arraySort(t_providers), ', ')"),
  text("session_id", "t_session_id"),
  text("user_id", "t_user_id"),
  text("environment", "t_environment"),
  value("tokens_input_uncached", "t_tokens_input_uncached"),
  value("tokens_cache_read", "t_tokens_cache_read"),
  value("tokens_cache_write", "t_tokens_cache_write"),
  value("tokens_output", "t_tokens_output"),
  value("tokens_reasoning", "t_tokens_reasoning"),
  value("cost_usd", "t_cost_usd"),
];

/**
 * The columns as a SELECT list. Spreadsheets take a cell that begins with one of `= + - @`, a tab or a line break
 * for a formula, so such text gets an apostrophe in CSV (OWASP, CSV injection).
 */
export function exportSelect(columns: readonly ExportColumn[], format: ExportFormat): string {
  return columns
    .map(({ name, sql, text: isText }) => {
      const plain = isText ? `toString(${sql})` : sql;
      const safe =
        isText && format === "csv"
          ? `if(match(${plain}, '^[=+\\\\-@\\t\\r\\n]'), concat('\\'', ${plain}), ${plain})`
          : plain;
      return `${safe} AS x_${name}`;
    })
    .join(",\n      ");
}

/** The same columns under their own names, over a subquery made with `exportSelect`. */
export function exportNames(columns: readonly ExportColumn[]): string {
  return columns.map(({ name }) => `x_${name} AS ${name}`).join(", ");
}
