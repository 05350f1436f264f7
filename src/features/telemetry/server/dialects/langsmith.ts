import type { SpanView } from "../span-view.ts";
import { numberOf, textOf } from "./attribute-lookup.ts";
import type { Dialect, SpanFacts, SpanMessages, StoredSpan } from "./dialect.ts";
import { firstString, isRecord, parsedValue } from "./json-values.ts";
import { createLangChainContextReader } from "./langchain-context.ts";
import { readLangChainMessages } from "./langchain-messages.ts";
import { numberAfterKey } from "./number-in-text.ts";
import { isOtelGenAi, readOtelGenAiFacts } from "./otel-genai-facts.ts";
import { readOtelGenAiMessages } from "./otel-genai-messages.ts";
import { normaliseProvider } from "./providers.ts";
import { readTags } from "./tags.ts";
import { dropUsage, fillUsage, splitAudio, splitCacheWrite } from "./token-buckets.ts";
import { toolMessages } from "./tool-messages.ts";

const readContext = createLangChainContextReader("langsmith.metadata.");

/**
 * LangSmith's OpenTelemetry exporter, which writes the runs of LangChain and LangGraph: the GenAI
 * conventions with the run's kind and metadata added.
 */
export const langSmith: Dialect = {
  name: "langsmith",
  recognises: (span) =>
    span.attributes.has("langsmith.span.kind") ||
    (span.origin.scopeName === "langsmith" && isOtelGenAi(span.attributes)),
  readFacts,
  contentKeys: ["gen_ai.serialized.doc", "gen_ai.serialized.signature", "langsmith.request.headers"],
  readMessages,
};

function readFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  readOtelGenAiFacts(span, facts);
  const kind = textOf(attributes, "langsmith.span.kind");
  readKind(kind, span, facts);
  if (facts.requestModel === "") {
    facts.requestModel = textOf(attributes, "langsmith.metadata.ls_model_name");
    if (facts.model === "") facts.model = facts.requestModel;
  }
  // The exporter guesses the provider from the model's name; LangChain knows it.
  const provider = textOf(attributes, "langsmith.metadata.ls_provider");
  if (provider !== "") facts.provider = normaliseProvider(provider);
  readContext(attributes, facts);
  readTags(attributes, facts.tags, "langsmith.trace.tags", "langsmith.metadata.tags");
  facts.agentVersion =
    textOf(attributes, "gen_ai.agent.version", "langsmith.metadata.agent_version") || facts.agentVersion;
  const comma = facts.finishReason.indexOf(",");
  if (comma > 0) facts.finishReason = facts.finishReason.slice(0, comma);
  if (kind === "llm") readTokenDetails(span, facts);
}

/** The exporter calls retrievers embeddings and prompt templates chats; the kind says what a run was. */
function readKind(kind: string, span: SpanView, facts: SpanFacts): void {
  if (kind === "llm" || kind === "embedding" || kind === "") {
    if (kind === "llm" && facts.operation === "chain") facts.operation = "chat";
    if (kind === "embedding") facts.operation = "embeddings";
    return;
  }
  if (kind === "tool") {
    facts.operation = "execute_tool";
    facts.toolName = textOf(span.attributes, "gen_ai.tool.name", "langsmith.trace.name") || span.name;
  } else facts.operation = kind === "retriever" ? "retrieval" : "chain";
  // Usage found in the output of such a run is that of the model's answer it passed on.
  dropUsage(facts);
}

/** Details longer than this are no dictionary of counts. */
const MAX_DETAILS_LENGTH = 2_000;

/**
 * Token details, as the exporter writes them: the printed form of a Python dict (`{'cache_read': 10}`), or
 * JSON from the JavaScript library. LangChain counts the cache inside the input, reasoning inside the output.
 */
function readTokenDetails(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  const input = details(attributes.text("gen_ai.usage.input_token_details"));
  const output = details(attributes.text("gen_ai.usage.output_token_details"));
  if (input === "" && output === "") return;
  const short = numberAfterKey(input, "ephemeral_5m_input_tokens") ?? 0;
  const long = numberAfterKey(input, "ephemeral_1h_input_tokens") ?? 0;
  fillUsage(
    facts,
    numberOf(attributes, "gen_ai.usage.input_tokens"),
    numberOf(attributes, "gen_ai.usage.output_tokens"),
    numberAfterKey(input, "cache_read"),
    numberAfterKey(input, "cache_creation") || short + long,
    numberAfterKey(output, "reasoning"),
    numberOf(attributes, "gen_ai.usage.total_tokens"),
  );
  splitCacheWrite(facts, long);
  splitAudio(facts, numberAfterKey(input, "audio"), numberAfterKey(output, "audio"));
}

function details(text: string | undefined): string {
  return text === undefined || text.length > MAX_DETAILS_LENGTH ? "" : text;
}

function readMessages(span: StoredSpan): SpanMessages {
  const attributes = span.attributes;
  const prompt = attributes["gen_ai.prompt"];
  const completion = attributes["gen_ai.completion"];
  if (attributes["langsmith.span.kind"] === undefined && span.scopeName !== "langsmith") {
    return { input: [], output: [] };
  }
  if (prompt === undefined && completion === undefined) return readOtelGenAiMessages(span);
  if (span.operation === "execute_tool" || attributes["langsmith.span.kind"] === "tool") {
    const result = toolResult(completion);
    return toolMessages(
      firstString(attributes["gen_ai.tool.name"], attributes["langsmith.trace.name"], span.name),
      firstString(attributes["gen_ai.tool.call.id"]) ?? result.callId,
      attributes["gen_ai.tool.call.arguments"] ?? prompt,
      attributes["gen_ai.tool.call.result"] ?? result.value,
    );
  }
  return {
    input: readLangChainMessages(prompt, "user"),
    output: readLangChainMessages(completion, "assistant"),
  };
}

/** What a tool returned: the run's output, or the content of the tool message in it. */
function toolResult(completion: unknown): { value: unknown; callId?: string | undefined } {
  const outputs = parsedValue(completion);
  const output = isRecord(outputs) && outputs.output !== undefined ? parsedValue(outputs.output) : outputs;
  const message = isRecord(output) && isRecord(output.kwargs) ? output.kwargs : output;
  if (!isRecord(message) || typeof message.tool_call_id !== "string") return { value: output };
  return { value: message.content, callId: message.tool_call_id };
}
