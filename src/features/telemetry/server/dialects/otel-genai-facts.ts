import type { Operation } from "../../telemetry-contract.ts";
import type { Attributes } from "../attributes.ts";
import type { SpanView } from "../span-view.ts";
import { firstOfList, numberOf, seconds, textOf } from "./attribute-lookup.ts";
import type { SpanFacts } from "./dialect.ts";
import { operationNamed } from "./otel-genai-operations.ts";
import { normaliseProvider } from "./providers.ts";
import { fillUsage, splitAudio, splitCacheWrite } from "./token-buckets.ts";
import { enclosesModelCalls } from "./usage-owner.ts";

/** True when any attribute of the GenAI conventions, of whatever generation, names what the span did. */
export function isOtelGenAi(attributes: Attributes): boolean {
  return (
    attributes.has("gen_ai.operation.name") ||
    attributes.has("gen_ai.provider.name") ||
    attributes.has("gen_ai.system") ||
    attributes.has("gen_ai.request.model") ||
    attributes.has("gen_ai.response.model") ||
    attributes.has("gen_ai.tool.name") ||
    attributes.has("gen_ai.tool.call.id") ||
    (attributes.has("gen_ai.agent.name") && !isTransport(attributes)) ||
    attributes.has("gen_ai.evaluation.name") ||
    attributes.has("gen_ai.input.messages") ||
    attributes.has("gen_ai.output.messages") ||
    attributes.has("gen_ai.prompt") ||
    attributes.has("gen_ai.prompt.0.role") ||
    attributes.has("gen_ai.prompt.0.content") ||
    attributes.has("gen_ai.completion") ||
    attributes.has("gen_ai.completion.0.content")
  );
}

/** Reads the facts of a span that follows the OpenTelemetry GenAI conventions of any generation. */
export function readOtelGenAiFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  facts.requestModel = textOf(attributes, "gen_ai.request.model");
  facts.model = textOf(attributes, "gen_ai.response.model") || facts.requestModel;
  facts.provider = normaliseProvider(textOf(attributes, "gen_ai.provider.name", "gen_ai.system"));
  facts.toolName = textOf(attributes, "gen_ai.tool.name");
  facts.agentId = textOf(attributes, "gen_ai.agent.id");
  facts.agentName = textOf(attributes, "gen_ai.agent.name");
  facts.operation = operationOf(attributes, facts);
  if (facts.agentName === "") facts.agentName = agentInSpanName(span.name, facts);
  if (facts.toolName === "" && facts.operation === "execute_tool") facts.toolName = toolInSpanName(span.name);
  facts.finishReason = finishReason(attributes);
  if (facts.serviceTier === "") {
    facts.serviceTier = textOf(
      attributes,
      "gen_ai.response.service_tier",
      "gen_ai.request.service_tier",
      "gen_ai.anthropic.service_tier",
    );
  }
  facts.timeToFirstToken = seconds(
    numberOf(
      attributes,
      "gen_ai.response.time_to_first_chunk",
      "gen_ai.client.operation.time_to_first_chunk",
      "gen_ai.server.time_to_first_token",
    ),
  );
  if (!enclosesModelCalls(span, facts.operation)) readUsage(attributes, facts);
}

/**
 * Each count has one name per generation, and emitters that straddle two generations send both names with
 * the same value: the first found counts, never the sum.
 */
function readUsage(attributes: Attributes, facts: SpanFacts): void {
  const input = numberOf(
    attributes,
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "gen_ai.response.prompt_tokens",
  );
  const output = numberOf(
    attributes,
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "gen_ai.response.completion_tokens",
  );
  const total = numberOf(attributes, "gen_ai.usage.total_tokens", "llm.usage.total_tokens");
  if (input === undefined && output === undefined && total === undefined) return;
  fillUsage(
    facts,
    input,
    output,
    numberOf(
      attributes,
      "gen_ai.usage.cache_read.input_tokens",
      "gen_ai.usage.cache_read_input_tokens",
      "gen_ai.usage.details.cache_read_tokens",
      "gen_ai.usage.details.cached_tokens",
    ),
    numberOf(
      attributes,
      "gen_ai.usage.cache_creation.input_tokens",
      "gen_ai.usage.cache_write.input_tokens",
      "gen_ai.usage.cache_creation_input_tokens",
      "gen_ai.usage.details.cache_write_tokens",
    ),
    numberOf(
      attributes,
      "gen_ai.usage.reasoning.output_tokens",
      "gen_ai.usage.reasoning_tokens",
      "gen_ai.usage.details.reasoning_tokens",
    ),
    total,
  );
  if (facts.cacheWrite > 0) {
    splitCacheWrite(
      facts,
      numberOf(
        attributes,
        "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens",
        "gen_ai.usage.cache_creation.ephemeral_1h.input_tokens",
        "gen_ai.usage.details.ephemeral_1h_input_tokens",
      ),
    );
  }
  splitAudio(
    facts,
    numberOf(attributes, "gen_ai.usage.details.input_audio_tokens", "gen_ai.usage.audio.input_tokens"),
    numberOf(attributes, "gen_ai.usage.details.output_audio_tokens", "gen_ai.usage.audio.output_tokens"),
    numberOf(attributes, "gen_ai.usage.details.cache_audio_read_tokens"),
  );
}

function operationOf(attributes: Attributes, facts: SpanFacts): Operation | "" {
  const name = textOf(attributes, "gen_ai.operation.name", "llm.request.type");
  if (name !== "") {
    const operation = operationNamed(name);
    if (operation !== "") return operation;
  }
  if (facts.toolName !== "" || attributes.has("gen_ai.tool.call.id")) return "execute_tool";
  if (attributes.has("gen_ai.evaluation.name")) return "evaluator";
  if (facts.model !== "") return "chat";
  if (facts.agentName !== "") return "invoke_agent";
  if (name !== "") return "chain";
  return attributes.has("gen_ai.usage.output_tokens") || carriesMessages(attributes) ? "chat" : "chain";
}

function carriesMessages(attributes: Attributes): boolean {
  return (
    attributes.has("gen_ai.input.messages") ||
    attributes.has("gen_ai.output.messages") ||
    attributes.has("gen_ai.prompt.0.role") ||
    attributes.has("gen_ai.prompt.0.content") ||
    attributes.has("gen_ai.prompt")
  );
}

/** Span processors copy an agent's name onto every span below it; that does not make an HTTP call an agent. */
function isTransport(attributes: Attributes): boolean {
  return (
    attributes.has("http.request.method") ||
    attributes.has("http.method") ||
    attributes.has("url.full") ||
    attributes.has("db.system.name") ||
    attributes.has("db.system") ||
    attributes.has("rpc.system") ||
    attributes.has("messaging.system")
  );
}

/** Semantic Kernel writes one text, `FinishReason.STOP,FinishReason.STOP`, under a name of its own. */
function finishReason(attributes: Attributes): string {
  const reason = firstOfList(textOf(attributes, "gen_ai.response.finish_reasons"));
  if (reason !== "") return reason;
  const first = textOf(attributes, "gen_ai.response.finish_reason").split(",", 1)[0] ?? "";
  return first.startsWith("FinishReason.") ? first.slice("FinishReason.".length).toLowerCase() : first;
}

/** The conventions name tool spans `execute_tool {tool}`; emitters that omit the tool's attribute name the span after it. */
export function toolInSpanName(name: string): string {
  return name.startsWith("execute_tool ") ? name.slice("execute_tool ".length) : name;
}

/** The conventions name agent spans `invoke_agent {agent}`; some emitters write the model there instead. */
function agentInSpanName(name: string, facts: SpanFacts): string {
  if (facts.operation !== "invoke_agent" && facts.operation !== "create_agent") return "";
  const prefix = facts.operation === "invoke_agent" ? "invoke_agent " : "create_agent ";
  if (!name.startsWith(prefix)) return "";
  const agent = name.slice(prefix.length);
  return agent === facts.requestModel ? "" : agent;
}
