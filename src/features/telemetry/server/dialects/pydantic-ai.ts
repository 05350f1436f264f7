import type { SpanView } from "../span-view.ts";
import { numberOf, textOf } from "./attribute-lookup.ts";
import type { Dialect, SpanFacts, SpanMessages, StoredSpan } from "./dialect.ts";
import { isRecord, parsedValue } from "./json-values.ts";
import { readMessagesJson } from "./messages-json.ts";
import { isOtelGenAi, readOtelGenAiFacts } from "./otel-genai-facts.ts";
import { readOtelGenAiMessages } from "./otel-genai-messages.ts";
import { dropUsage, fillUsage, splitAudio, splitCacheWrite } from "./token-buckets.ts";

/**
 * Pydantic AI, and Logfire's wrappers of the providers' own libraries (scopes `logfire.openai` and alike).
 * Both follow the GenAI conventions; this adds what they write under names of their own.
 */
export const pydanticAi: Dialect = {
  name: "pydantic_ai",
  recognises: (span) => {
    const scope = span.origin.scopeName;
    if (scope === "pydantic-ai") return span.attributes.has("agent_name") || isOtelGenAi(span.attributes);
    return scope.startsWith("logfire.") && isOtelGenAi(span.attributes);
  },
  readFacts,
  contentKeys: ["request_data", "response_data", "pydantic_ai.variable_instructions"],
  readMessages,
};

function readFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  readOtelGenAiFacts(span, facts);
  if (attributes.has("agent_name") && !attributes.has("gen_ai.operation.name")) {
    // Before version 1, a run names neither operation nor agent as the conventions do, and sums up its calls.
    facts.operation = "invoke_agent";
    facts.agentName = textOf(attributes, "gen_ai.agent.name", "agent_name");
    dropUsage(facts);
  } else if (facts.operation === "chat") readUsageDetails(span, facts);
}

/**
 * Counts of the provider, under the provider's names. Those that repeat the totals (`details.input_tokens`)
 * are not read. The input already includes the cache; thoughts of Gemini may be beside the output, which shows only
 * where they exceed it.
 */
function readUsageDetails(span: SpanView, facts: SpanFacts): void {
  if (facts.cacheRead > 0 || facts.cacheWrite > 0 || facts.reasoning > 0) return;
  const attributes = span.attributes;
  const read = numberOf(
    attributes,
    "gen_ai.usage.details.cache_read_input_tokens",
    "gen_ai.usage.details.cached_content_tokens",
  );
  const write = numberOf(attributes, "gen_ai.usage.details.cache_creation_input_tokens");
  const thoughts = numberOf(attributes, "gen_ai.usage.details.thoughts_tokens");
  if (read === undefined && write === undefined && thoughts === undefined) return;
  fillUsage(
    facts,
    numberOf(attributes, "gen_ai.usage.input_tokens"),
    numberOf(attributes, "gen_ai.usage.output_tokens"),
    read,
    write,
    thoughts,
    undefined,
  );
  splitCacheWrite(facts, numberOf(attributes, "gen_ai.usage.details.ephemeral_1h_input_tokens"));
  splitAudio(
    facts,
    numberOf(attributes, "gen_ai.usage.details.input_audio_tokens"),
    numberOf(attributes, "gen_ai.usage.details.output_audio_tokens"),
    numberOf(attributes, "gen_ai.usage.details.cache_audio_read_tokens"),
  );
}

function readMessages(span: StoredSpan): SpanMessages {
  const request = parsedValue(span.attributes.request_data);
  const ours = span.scopeName === "pydantic-ai" || span.scopeName.startsWith("logfire.");
  if (!ours) return { input: [], output: [] };
  const messages = readOtelGenAiMessages(span);
  if (messages.input.length > 0 || messages.output.length > 0 || !isRecord(request)) return messages;
  const response = parsedValue(span.attributes.response_data);
  const answer = isRecord(response) ? (response.message ?? response.combined_chunk_content) : undefined;
  return {
    input: readMessagesJson(request, "user"),
    output: readMessagesJson(answer, "assistant"),
  };
}
