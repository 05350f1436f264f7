import type { Operation } from "../../telemetry-contract.ts";
import type { Attributes } from "../attributes.ts";
import type { SpanView } from "../span-view.ts";
import { textOf } from "./attribute-lookup.ts";
import type { SpanFacts } from "./dialect.ts";
import { isRecord, parseJson } from "./json-values.ts";
import { normaliseProvider } from "./providers.ts";
import { dropUsage } from "./token-buckets.ts";
import { fillUsageFromText } from "./usage-json.ts";

/** Values of `mlflow.spanType`; applications may use words of their own, which count as chains. */
const TYPES = new Map<string, Operation>([
  ["LLM", "chat"],
  ["CHAT_MODEL", "chat"],
  ["EMBEDDING", "embeddings"],
  ["RETRIEVER", "retrieval"],
  ["RERANKER", "rerank"],
  ["TOOL", "execute_tool"],
  ["AGENT", "invoke_agent"],
  ["WORKFLOW", "invoke_workflow"],
  ["MEMORY", "memory"],
  ["GUARDRAIL", "guardrail"],
  ["EVALUATOR", "evaluator"],
]);

/** Reads the facts of a span of MLflow Tracing. */
export function readMlflowFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  facts.operation = TYPES.get(unquotedText(attributes, "mlflow.spanType")) ?? "chain";
  facts.requestModel = unquotedText(attributes, "mlflow.llm.model");
  if (facts.requestModel === "" && isModelCall(facts.operation))
    facts.requestModel = modelInInputs(attributes);
  facts.model = facts.requestModel;
  facts.provider = normaliseProvider(unquotedText(attributes, "mlflow.llm.provider"));
  if (facts.operation === "execute_tool") facts.toolName = span.name;
  if (facts.operation === "invoke_agent") facts.agentName = span.name;
  if (isModelCall(facts.operation)) readUsage(attributes, facts);
  else dropUsage(facts);
}

/** Agents, chains and tools that carry usage repeat that of the calls inside them. */
function isModelCall(operation: Operation | ""): boolean {
  return operation === "chat" || operation === "embeddings" || operation === "rerank";
}

function readUsage(attributes: Attributes, facts: SpanFacts): void {
  const cachesBesideInput = unquotedText(attributes, "mlflow.message.format") === "anthropic";
  fillUsageFromText(facts, attributes.text("mlflow.chat.tokenUsage"), cachesBesideInput);
  if (Number.isNaN(facts.reportedCostUsd)) facts.reportedCostUsd = costIn(attributes.text("mlflow.llm.cost"));
}

/** An object of three amounts; anything longer is something else. */
const MAX_COST_LENGTH = 512;

/** The total of `{"input_cost", "output_cost", "total_cost"}` in US dollars, NaN where there is none. */
function costIn(text: string | undefined): number {
  if (text === undefined || text.length > MAX_COST_LENGTH || !text.startsWith("{")) return Number.NaN;
  const cost = parseJson(text);
  const total = isRecord(cost) ? cost.total_cost : undefined;
  return typeof total === "number" && total >= 0 ? total : Number.NaN;
}

/** Longer inputs are not searched for a model's name. */
const MAX_INPUTS_LENGTH = 1_000_000;

/**
 * The model among the arguments of a call, for versions that do not state it. A `"model":"…"` of a message's
 * text cannot be mistaken for it, since quotation marks inside a JSON text are escaped.
 */
function modelInInputs(attributes: Attributes): string {
  const inputs = attributes.text("mlflow.spanInputs") ?? "";
  if (inputs.length > MAX_INPUTS_LENGTH) return "";
  const key = inputs.indexOf('"model":');
  if (key < 0) return "";
  const open = inputs.indexOf('"', key + '"model":'.length);
  if (open < 0 || open > key + '"model":'.length + 1) return "";
  const close = inputs.indexOf('"', open + 1);
  return close < 0 ? "" : inputs.slice(open + 1, close);
}

/** A text without the quotation marks of its JSON form; names hold nothing that JSON escapes. */
function unquotedText(attributes: Attributes, key: string): string {
  const text = textOf(attributes, key);
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
