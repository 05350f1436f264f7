import type { Message } from "../../telemetry-contract.ts";
import type { SpanMessages, StoredSpan } from "./dialect.ts";
import { firstString, isRecord, type JsonRecord, textFrom, unquotedValue } from "./json-values.ts";
import { emptyContent, type MessageContent, readPart, toolCallFrom } from "./message-parts.ts";
import { messagesWith, readMessagesJson } from "./messages-json.ts";
import { toolMessages } from "./tool-messages.ts";

/**
 * Reads the chat of a Genkit span: a model's input is `{messages: [{role, content: [part]}]}` and its output
 * `{message, finishReason}`; other actions have input and output of any shape.
 */
export function readGenkitMessages(span: StoredSpan): SpanMessages {
  const input = unquotedValue(span.attributes["genkit:input"]);
  const output = unquotedValue(span.attributes["genkit:output"]);
  const subtype = firstString(span.attributes["genkit:metadata:subtype"]) ?? "";
  if (subtype === "tool" || subtype === "tool.v2") {
    return toolMessages(firstString(span.attributes["genkit:name"], span.name), undefined, input, output);
  }
  return { input: readInput(input), output: readOutput(output) };
}

function readInput(input: unknown): Message[] {
  if (isRecord(input) && isGenkitList(input.messages))
    return input.messages.flatMap((item) => messages(item));
  return readMessagesJson(input, "user");
}

function readOutput(output: unknown): Message[] {
  if (!isRecord(output)) return readMessagesJson(output, "assistant");
  const candidate = Array.isArray(output.candidates) ? output.candidates.find(isRecord) : undefined;
  const message = output.message ?? candidate?.message;
  if (!isGenkitList([message])) return readMessagesJson(output, "assistant");
  return messages(message as JsonRecord, firstString(output.finishReason, candidate?.finishReason));
}

function isGenkitList(list: unknown): list is JsonRecord[] {
  return Array.isArray(list) && list.every((item) => isRecord(item) && Array.isArray(item.content));
}

function messages(item: JsonRecord, finishReason?: string): Message[] {
  const role = firstString(item.role) ?? "user";
  const content = emptyContent();
  for (const part of item.content as unknown[]) readGenkitPart(part, content);
  return messagesWith(role === "model" ? "assistant" : role, content, { finishReason });
}

/** Parts name their kind by the key that holds them. */
function readGenkitPart(part: unknown, into: MessageContent): void {
  if (!isRecord(part)) {
    readPart(part, into);
    return;
  }
  const { toolRequest, toolResponse, media, reasoning } = part;
  if (isRecord(toolRequest)) {
    into.toolCalls.push(toolCallFrom({ ...toolRequest, id: toolRequest.ref }));
  } else if (isRecord(toolResponse)) {
    into.results.push({
      id: firstString(toolResponse.ref),
      name: firstString(toolResponse.name),
      value: toolResponse.output,
    });
  } else if (isRecord(media)) {
    const mime = textFrom(media.contentType);
    readPart({ type: "media", modality: mime.split("/", 1)[0], mime_type: mime, url: media.url }, into);
  } else if (typeof reasoning === "string") {
    into.parts.push({ type: "reasoning", text: reasoning });
  } else {
    readPart(part, into);
  }
}
