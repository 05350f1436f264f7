import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";

type WhereOperator = "=" | "!=" | ">" | ">=" | "<" | "<=" | "~" | "?";

/** One condition of `where=`: an attribute, or a column of the spans. */
export interface WhereExpression {
  /** The name of a column, or the key of an attribute. */
  name: string;
  kind: "column" | "attribute";
  operator: WhereOperator;
  /** Empty for `?`. */
  value: string;
}

/** Columns that a name may mean, by how they are compared. */
export const TEXT_COLUMNS = new Set([
  "name",
  "agent",
  "agent_id",
  "agent_version",
  "model",
  "request_model",
  "provider",
  "operation",
  "tool",
  "environment",
  "service",
  "service_tier",
  "error_type",
  "status_message",
  "user_id",
  "session_id",
  "finish_reason",
  "dialect",
  "scope_name",
  "price_version",
]);
/** Numbers, as SQL over `spans`. */
export const NUMBER_COLUMNS: Readonly<Record<string, string>> = {
  duration_ms: "duration_ns / 1e6",
  cost_usd: "cost_usd",
  time_to_first_token_ms: "nullIf(time_to_first_token_ms, 0)",
  tokens:
    "tokens_input_uncached + tokens_cache_read + tokens_cache_write + tokens_cache_write_long + tokens_output + tokens_reasoning + tokens_input_audio + tokens_output_audio",
  tokens_input_uncached: "tokens_input_uncached",
  tokens_cache_read: "tokens_cache_read",
  tokens_cache_write: "tokens_cache_write + tokens_cache_write_long",
  tokens_output: "tokens_output",
  tokens_reasoning: "tokens_reasoning",
};
const OTHER_COLUMNS = new Set(["status", "root", "tag"]);

const FORM = /^(.+?)(!=|>=|<=|=|>|<|~)(.*)$/s;

/** Reads one condition. Throws `invalid_filter` (400) for what is none. */
export function parseWhere(text: string): WhereExpression {
  const match = FORM.exec(text);
  if (!match) {
    if (text.length > 1 && text.endsWith("?"))
      return { ...named(text.slice(0, -1)), operator: "?", value: "" };
    throw invalid(text, "write <name><op><value> with op one of = != > >= < <= ~, or <name>?");
  }
  const [, name = "", operator, value = ""] = match;
  const expression = { ...named(name), operator: operator as WhereOperator, value: value.trim() };
  const wantsNumber =
    /[<>]/.test(expression.operator) || (expression.kind === "column" && expression.name in NUMBER_COLUMNS);
  if (wantsNumber && !Number.isFinite(toNumber(expression.value)))
    throw invalid(text, `"${expression.value}" is not a number`);
  if (expression.kind === "column" && expression.name === "status" && !(expression.value in STATUS_CODES))
    throw invalid(text, "a status is unset, ok or error");
  return expression;
}

export const STATUS_CODES: Readonly<Record<string, number>> = { unset: 0, ok: 1, error: 2 };

function named(given: string): Pick<WhereExpression, "name" | "kind"> {
  const name = given.trim();
  if (name.startsWith("attribute:")) return { name: name.slice("attribute:".length), kind: "attribute" };
  const isColumn = TEXT_COLUMNS.has(name) || name in NUMBER_COLUMNS || OTHER_COLUMNS.has(name);
  return { name, kind: isColumn ? "column" : "attribute" };
}

const toNumber = (text: string) => (text === "" ? Number.NaN : Number(text));

const invalid = (text: string, why: string) =>
  new FlightdeckError(`The condition "${text}" cannot be read: ${why}.`, {
    code: "invalid_filter",
    status: 400,
  });
