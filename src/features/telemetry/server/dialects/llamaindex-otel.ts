import type { Message, Operation } from "../../telemetry-contract.ts";
import type { SpanEvent, SpanView } from "../span-view.ts";
import type { Dialect, SpanFacts, SpanMessages, StoredSpan } from "./dialect.ts";
import { firstString, isRecord, type JsonRecord, parsedValue } from "./json-values.ts";
import { type MessageContent, readPart } from "./message-parts.ts";
import { messagesWith, readMessagesJson } from "./messages-json.ts";
import { toolMessages } from "./tool-messages.ts";

/**
 * LlamaIndex's own package for OpenTelemetry: a span per method call, without attributes, that carries the
 * framework's events as span events, named after their classes and with their fields flattened. It tells
 * neither usage nor, of most models, the answer. With `genai_enabled` it writes spans of the GenAI conventions
 * as well, which are read as such.
 * Source: run-llama/llama_index, llama-index-observability-otel.
 */
export const llamaIndexOtel: Dialect = {
  name: "llamaindex_otel",
  recognises: (span) => span.origin.scopeName === "llamaindex.opentelemetry.tracer",
  readFacts,
  contentKeys: [],
  readMessages,
};

/** What a span did, by the events it carries. A span that opens several kinds of event did the first one. */
const EVENTS = new Map<string, Operation>([
  ["LLMChatStartEvent", "chat"],
  ["LLMCompletionStartEvent", "text_completion"],
  ["EmbeddingStartEvent", "embeddings"],
  ["SparseEmbeddingStartEvent", "embeddings"],
  ["RetrievalStartEvent", "retrieval"],
  ["ReRankStartEvent", "rerank"],
  ["AgentToolCallEvent", "execute_tool"],
  ["AgentToolCallStartEvent", "execute_tool"],
]);

function readFacts(span: SpanView, facts: SpanFacts): void {
  const event = openingEvent(span.events);
  facts.operation = event === undefined ? operationByName(span.name) : EVENTS.get(event.name)!;
  if (event === undefined) return;
  const fields = event.attributes;
  if (facts.operation === "execute_tool") {
    facts.toolName = text(fields["tool.name"]) || text(fields.tool_name);
    return;
  }
  facts.requestModel = text(fields["model_dict.model_name"]) || text(fields["model_dict.model"]);
  facts.model = facts.requestModel;
}

function openingEvent(events: readonly SpanEvent[]): SpanEvent | undefined {
  for (const event of events) if (EVENTS.has(event.name)) return event;
  return undefined;
}

/** Workflows and agents are run by `{class}.run`; earlier versions append an id: `{class}.run-{uuid}`. */
function operationByName(name: string): Operation {
  return name.endsWith(".run") || name.includes(".run-") ? "invoke_workflow" : "chain";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function readMessages(span: StoredSpan): SpanMessages {
  const fields = (...names: string[]): JsonRecord =>
    span.events.find((event) => names.includes(event.name))?.attributes ?? {};
  const tool = fields("AgentToolCallEvent", "AgentToolCallStartEvent");
  const toolName = firstString(tool["tool.name"], tool.tool_name);
  if (toolName !== undefined) {
    return toolMessages(
      toolName,
      firstString(tool.tool_id),
      tool.arguments ?? tool.tool_kwargs,
      fields("AgentToolCallEndEvent")["tool_output.content"],
    );
  }
  const query = fields("RetrievalStartEvent");
  const prompt = fields("LLMCompletionStartEvent").prompt;
  return {
    input: [
      ...chatMessages(fields("LLMChatStartEvent").messages),
      ...readMessagesJson(prompt ?? query.str_or_query_bundle, "user"),
    ],
    output: readMessagesJson(fields("LLMCompletionEndEvent")["response.text"], "assistant"),
  };
}

/** Messages as `{role, blocks: [{block_type, …}], additional_kwargs}`. */
function chatMessages(attribute: unknown): Message[] {
  const list = parsedValue(attribute);
  if (!Array.isArray(list)) return readMessagesJson(attribute, "user");
  return list.filter(isRecord).flatMap(chatMessage);
}

function chatMessage(message: JsonRecord): Message[] {
  const content: MessageContent = { parts: [], toolCalls: [], results: [] };
  const extra = isRecord(message.additional_kwargs) ? message.additional_kwargs : {};
  const blocks = Array.isArray(message.blocks) ? message.blocks : [];
  for (const block of blocks) if (!isEmptyText(block)) readBlock(block, content);
  return messagesWith(firstString(message.role) ?? "user", content, {
    callId: firstString(extra.tool_call_id),
  });
}

/** A message that only calls tools has an empty text beside the calls. */
function isEmptyText(block: unknown): boolean {
  return isRecord(block) && block.block_type === "text" && block.text === "";
}

function readBlock(block: unknown, into: MessageContent): void {
  if (!isRecord(block)) readPart(block, into);
  else if (block.block_type === "tool_call") {
    const { tool_call_id: id, tool_name: name, tool_kwargs: input } = block;
    readPart({ type: "tool_call", id, name, arguments: input }, into);
  } else readPart({ ...block, type: block.block_type }, into);
}
