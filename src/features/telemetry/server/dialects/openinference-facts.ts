import type { Operation } from "../../telemetry-contract.ts";
import type { Attributes } from "../attributes.ts";
import type { SpanView } from "../span-view.ts";
import { firstOfList, numberOf, seconds, textOf } from "./attribute-lookup.ts";
import type { SpanFacts } from "./dialect.ts";
import { agentOfNode } from "./langchain-context.ts";
import { normaliseProvider } from "./providers.ts";
import { fillUsage, splitAudio } from "./token-buckets.ts";
import { fillUsageFromJson } from "./usage-json.ts";
import { enclosesModelCalls } from "./usage-owner.ts";
import { wordAfterKey } from "./word-in-text.ts";

/** Values of `openinference.span.kind`. Source: OpenInference semantic conventions, span kinds. */
const KINDS = new Map<string, Operation>([
  ["LLM", "chat"],
  ["EMBEDDING", "embeddings"],
  ["CHAIN", "chain"],
  ["RETRIEVER", "retrieval"],
  ["RERANKER", "rerank"],
  ["TOOL", "execute_tool"],
  ["AGENT", "invoke_agent"],
  ["GUARDRAIL", "guardrail"],
  ["EVALUATOR", "evaluator"],
  ["PROMPT", "chain"],
]);

/** True when the span states its kind, or carries a model call's attributes without one. */
export function isOpenInference(attributes: Attributes): boolean {
  return (
    attributes.has("openinference.span.kind") ||
    attributes.has("llm.model_name") ||
    attributes.has("llm.token_count.prompt") ||
    attributes.has("llm.input_messages.0.message.role")
  );
}

/** Reads the facts of an OpenInference span; GenAI names stand in where a span was written with both. */
export function readOpenInferenceFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  const kind = textOf(attributes, "openinference.span.kind");
  facts.operation = kind === "" ? "chat" : (KINDS.get(kind) ?? KINDS.get(kind.toUpperCase()) ?? "chain");
  const beeAiEvent = isBeeAiEvent(attributes) ? textOf(attributes, "target") : "";
  if (beeAiEvent !== "" && !isBeeAiCall(beeAiEvent, facts.operation)) facts.operation = "chain";
  if (span.origin.scopeName === OPENAI_AGENTS) facts.operation = openAiAgentsOperation(span, facts.operation);
  facts.requestModel = textOf(attributes, "llm.request.model_name", "gen_ai.request.model");
  facts.model = modelOf(attributes) || facts.requestModel;
  if (facts.requestModel === "") facts.requestModel = facts.model;
  facts.provider = normaliseProvider(
    textOf(attributes, "llm.provider", "llm.system", "gen_ai.provider.name", "gen_ai.system"),
  );
  facts.toolName = textOf(attributes, "tool.name", "gen_ai.tool.name");
  if (facts.operation === "execute_tool" && facts.toolName === "") {
    facts.toolName = toolInBeeAiEvent(beeAiEvent) || span.name;
  }
  facts.agentName = agentName(span, facts.operation);
  facts.finishReason = textOf(attributes, "llm.finish_reason");
  if (facts.finishReason === "") {
    facts.finishReason = firstOfList(textOf(attributes, "gen_ai.response.finish_reasons"));
  }
  facts.timeToFirstToken = seconds(numberOf(attributes, "llm.time_to_first_token"));
  if (facts.sessionId === "" || facts.userId === "") readMetadata(attributes, facts);
  // An AGENT or CHAIN span encloses LLM spans by definition, and instrumentors that give it token counts
  // give it the sum of theirs. Every other kind reports what it used itself.
  if (!enclosesModelCalls(span, facts.operation)) readUsage(attributes, facts);
  if (facts.operation === "chat" && facts.serviceTier === "") facts.serviceTier = requestedTier(attributes);
}

function modelOf(attributes: Attributes): string {
  return (
    textOf(attributes, "llm.response.model_name", "llm.model_name", "embedding.model_name") ||
    textOf(attributes, "reranker.model_name", "gen_ai.response.model")
  );
}

function readUsage(attributes: Attributes, facts: SpanFacts): void {
  const input = numberOf(attributes, "llm.token_count.prompt", "gen_ai.usage.input_tokens");
  const output = numberOf(attributes, "llm.token_count.completion", "gen_ai.usage.output_tokens");
  const total = numberOf(attributes, "llm.token_count.total");
  if (input === undefined && output === undefined && total === undefined) {
    // Agno, and others that hand on a provider's answer as it came, leave the counts in it.
    fillUsageFromJson(facts, attributes.text("output.value"));
    return;
  }
  fillUsage(
    facts,
    input,
    output,
    numberOf(
      attributes,
      "llm.token_count.prompt_details.cache_read",
      "llm.token_count.prompt_details.cache_input",
      "gen_ai.usage.cache_read.input_tokens",
    ),
    numberOf(
      attributes,
      "llm.token_count.prompt_details.cache_write",
      "gen_ai.usage.cache_creation.input_tokens",
    ),
    numberOf(
      attributes,
      "llm.token_count.completion_details.reasoning",
      "gen_ai.usage.reasoning.output_tokens",
    ),
    total,
  );
  splitAudio(
    facts,
    numberOf(attributes, "llm.token_count.prompt_details.audio"),
    numberOf(attributes, "llm.token_count.completion_details.audio"),
  );
}

/** Longer parameters hold definitions of tools. */
const MAX_PARAMETERS_LENGTH = 2_048;

/** The tier that was asked for; parameters that are long are not even decoded to look for it. */
function requestedTier(attributes: Attributes): string {
  const slot = attributes.indexOf("llm.invocation_parameters");
  if (slot < 0 || attributes.ends[slot]! - attributes.starts[slot]! > MAX_PARAMETERS_LENGTH) return "";
  const text = attributes.textAt(slot);
  return text.length > MAX_PARAMETERS_LENGTH ? "" : wordAfterKey(text, "service_tier");
}

/** Methods that instrumentors append to an agent's class to name its span. */
const METHOD_SUFFIXES = [".run", ".arun", ".invoke", ".ainvoke", ".stream", "._execute_core"];

const OPENAI_AGENTS = "openinference.instrumentation.openai_agents";

/**
 * For OpenAI's Agents SDK the span of a whole trace is of kind AGENT though its name is the workflow's: it alone
 * lacks `llm.system`. A handoff is of kind TOOL; the tool that asked for it is in the answer of the model.
 */
function openAiAgentsOperation(span: SpanView, operation: Operation | ""): Operation | "" {
  if (operation === "invoke_agent" && !span.attributes.has("llm.system")) return "invoke_workflow";
  if (operation === "execute_tool" && span.name.startsWith("handoff to ")) return "chain";
  return operation;
}

/**
 * BeeAI writes a span of kind AGENT per event an agent emits, told by the attribute `target`. They are steps
 * of a run, not runs: one run would otherwise count as dozens.
 */
function isBeeAiEvent(attributes: Attributes): boolean {
  return attributes.has("target") && attributes.has("traceId");
}

/**
 * BeeAI also writes three spans for one call of a tool or a model: `….start`, `….success` or `….error`, and
 * `….finish`. The one that tells how the call ended stands for it, the others are steps.
 */
function isBeeAiCall(event: string, operation: Operation | ""): boolean {
  return operation !== "invoke_agent" && (event.endsWith(".success") || event.endsWith(".error"));
}

/** `tool.search.wikipedia.success` is an event of the tool `wikipedia`. */
function toolInBeeAiEvent(event: string): string {
  const end = event.lastIndexOf(".");
  return end < 0 ? "" : event.slice(event.lastIndexOf(".", end - 1) + 1, end);
}

/** The agent's name: stated, else of the graph node, else the name of an AGENT span. */
function agentName(span: SpanView, operation: Operation | ""): string {
  const attributes = span.attributes;
  const stated = textOf(attributes, "agent.name", "gen_ai.agent.name");
  if (stated !== "" || operation !== "invoke_agent") return stated;
  const node = textOf(attributes, "graph.node.name", "graph.node.id");
  if (node !== "") return node;
  // The root span of a BeeAI run is called after the framework; `source` is the agent's class.
  if (attributes.has("beeai.version")) return textOf(attributes, "source") || span.name;
  for (const suffix of METHOD_SUFFIXES) {
    if (span.name.length > suffix.length && span.name.endsWith(suffix)) {
      return span.name.slice(0, -suffix.length);
    }
  }
  return span.name;
}

/** Longer metadata is an application's payload, not a handful of labels. */
const MAX_METADATA_LENGTH = 8_192;

/** Session, user and agent that frameworks leave in the `metadata` JSON (LangGraph's thread and node, for one). */
function readMetadata(attributes: Attributes, facts: SpanFacts): void {
  const text = attributes.text("metadata");
  if (text === undefined || text.length > MAX_METADATA_LENGTH) return;
  if (!text.includes("_id") && !text.includes("Id") && !text.includes("langgraph_node")) return;
  let metadata: unknown;
  try {
    metadata = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof metadata !== "object" || metadata === null) return;
  const labels = metadata as Record<string, unknown>;
  if (facts.sessionId === "") {
    facts.sessionId =
      label(labels.session_id) ||
      label(labels.sessionId) ||
      label(labels.conversation_id) ||
      label(labels.thread_id);
  }
  if (facts.userId === "") facts.userId = label(labels.user_id) || label(labels.userId);
  if (facts.agentName === "") facts.agentName = agentOfNode(label(labels.langgraph_node));
}

function label(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
