import type { Message } from "../../telemetry-contract.ts";
import type { SpanMessages, StoredSpan } from "./dialect.ts";
import { firstString, isRecord, parsedValue, unquotedValue } from "./json-values.ts";
import { emptyContent, readPart, toolCallFrom } from "./message-parts.ts";
import { messagesWith, readMessagesJson, resultContent } from "./messages-json.ts";
import { readOtelGenAiMessages } from "./otel-genai-messages.ts";
import { toolMessages } from "./tool-messages.ts";

type Attributes = Record<string, unknown>;

/** Reads the chat of a span of any version of the AI SDK. */
export function readVercelMessages(span: StoredSpan): SpanMessages {
  const attributes = span.attributes;
  if (attributes["ai.toolCall.name"] !== undefined || attributes["ai.toolCall.id"] !== undefined) {
    return toolMessages(
      firstString(attributes["ai.toolCall.name"]),
      firstString(attributes["ai.toolCall.id"]),
      attributes["ai.toolCall.args"] ?? attributes["ai.toolCall.input"],
      attributes["ai.toolCall.result"] ?? attributes["ai.toolCall.output"],
    );
  }
  const input = readInput(attributes);
  const output = readOutput(attributes);
  if (input.length > 0 || output.length > 0) return { input, output };
  return readOtelGenAiMessages(span);
}

function readInput(attributes: Attributes): Message[] {
  const messages = readMessagesJson(attributes["ai.prompt.messages"] ?? attributes["ai.prompt"], "user");
  if (messages.length > 0) return messages;
  const embedded = attributes["ai.values"] ?? attributes["ai.value"] ?? attributes["ai.documents"];
  if (embedded !== undefined) return embeddedTexts(embedded);
  return readMessagesJson(attributes["ai.request.text"] ?? attributes["ai.decision.questions"], "user");
}

/** Embedded values are each encoded as JSON, so a text arrives in quotation marks. */
function embeddedTexts(attribute: unknown): Message[] {
  const values = parsedValue(attribute);
  const list = Array.isArray(values) ? values : [values];
  return list.map((value) => ({ role: "user", content: resultContent(unquotedValue(value)) }));
}

/** One answer: reasoning, text, files and tool calls, or the object that was asked for. */
function readOutput(attributes: Attributes): Message[] {
  const content = emptyContent();
  const reasoning = firstString(attributes["ai.response.reasoning"]);
  if (reasoning !== undefined) content.parts.push({ type: "reasoning", text: reasoning });
  const text = firstString(attributes["ai.response.text"], attributes["ai.result.text"]);
  if (text !== undefined) content.parts.push({ type: "text", text });
  const object = attributes["ai.response.object"] ?? attributes["ai.result.object"];
  if (object !== undefined) {
    const value = parsedValue(object);
    content.parts.push(
      typeof value === "string" ? { type: "text", text: value } : { type: "data", data: value },
    );
  }
  const files = parsedValue(attributes["ai.response.files"]);
  if (Array.isArray(files)) for (const file of files) readPart(file, content);
  const calls = parsedValue(attributes["ai.response.toolCalls"] ?? attributes["ai.result.toolCalls"]);
  if (Array.isArray(calls))
    for (const call of calls) if (isRecord(call)) content.toolCalls.push(toolCallFrom(call));
  if (content.parts.length === 0 && content.toolCalls.length === 0) {
    return readMessagesJson(attributes["ai.decision.answers"], "assistant");
  }
  return messagesWith("assistant", content, {
    finishReason: firstString(attributes["ai.response.finishReason"], attributes["ai.finishReason"]),
  });
}
