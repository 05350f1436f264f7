import type { Message } from "../../telemetry-contract.ts";
import type { SpanMessages, StoredSpan } from "./dialect.ts";
import { type FlatItem, readFlattenedList } from "./flattened-list.ts";
import { firstString, isRecord, parsedValue, textFrom } from "./json-values.ts";
import { type MessageContent, readPart, toolCallFrom } from "./message-parts.ts";
import {
  messagesWith,
  readContentText,
  readMessagesJson,
  textMessage,
  withFinishReason,
} from "./messages-json.ts";
import { toolMessages } from "./tool-messages.ts";

type Attributes = Record<string, unknown>;

/**
 * Reads the chat of an OpenInference span: the message lists where there are any, the kind's own attributes
 * (documents, embedded texts, tool payloads) for other kinds, and `input.value` and `output.value` last.
 */
export function readOpenInferenceMessages(span: StoredSpan): SpanMessages {
  const attributes = span.attributes;
  if (isTool(span)) {
    return toolMessages(
      firstString(attributes["tool.name"], attributes["gen_ai.tool.name"], span.name),
      firstString(attributes["tool.id"], attributes["tool_call.id"]),
      attributes["input.value"] ?? attributes["tool.parameters"],
      attributes["output.value"],
    );
  }
  return {
    input: firstFilled(
      () => messageList(attributes, "llm.input_messages", "user"),
      () => readPrompts(attributes),
      () => readEmbeddedTexts(attributes),
      () => readQuery(attributes),
      () => readMessagesJson(attributes["input.value"], "user"),
    ),
    output: withFinishReason(
      firstFilled(
        () => joinChunks(span, messageList(attributes, "llm.output_messages", "assistant")),
        () => readChoices(attributes),
        () => readDocuments(attributes, "retrieval.documents."),
        () => readDocuments(attributes, "reranker.output_documents."),
        () => readMessagesJson(attributes["output.value"], "assistant"),
      ),
      firstString(attributes["llm.finish_reason"]),
    ),
  };
}

function firstFilled(...readers: readonly (() => Message[])[]): Message[] {
  for (const read of readers) {
    const messages = read();
    if (messages.length > 0) return messages;
  }
  return [];
}

function isTool(span: StoredSpan): boolean {
  const kind = span.attributes["openinference.span.kind"];
  return typeof kind === "string" ? kind.toUpperCase() === "TOOL" : span.operation === "execute_tool";
}

/** The list flattened into keys, or (some instrumentors) one JSON list of objects with dotted keys. */
function messageList(attributes: Attributes, key: string, role: string): Message[] {
  const flattened = readFlattenedList(attributes, `${key}.`);
  if (flattened.length > 0) return flattened.flatMap((item) => messagesFromItem(item, role));
  const whole = parsedValue(attributes[key]);
  if (!Array.isArray(whole)) return readMessagesJson(whole, role);
  return whole.flatMap((item) => {
    const isDotted = isRecord(item) && Object.keys(item).some((field) => field.startsWith("message."));
    return isDotted ? messagesFromItem(item, role) : readMessagesJson([item], role);
  });
}

function messagesFromItem(item: FlatItem, defaultRole: string): Message[] {
  const content = readContentText(item["message.content"] ?? "");
  if (item["message.content"] === undefined) content.parts = [];
  for (const part of readFlattenedList(item, "message.contents.")) readContentItem(part, content);
  for (const call of readFlattenedList(item, "message.tool_calls.")) {
    content.toolCalls.push(
      toolCallFrom({
        id: call["tool_call.id"],
        name: call["tool_call.function.name"],
        arguments: call["tool_call.function.arguments"],
      }),
    );
  }
  const functionName = item["message.function_call_name"];
  if (functionName !== undefined) {
    content.toolCalls.push(
      toolCallFrom({ name: functionName, arguments: item["message.function_call_arguments_json"] }),
    );
  }
  if (content.parts.length === 0 && content.toolCalls.length === 0 && item["message.role"] === undefined) {
    return [];
  }
  return messagesWith(firstString(item["message.role"]) ?? defaultRole, content, {
    name: firstString(item["message.name"]),
    callId: firstString(item["message.tool_call_id"]),
    finishReason: firstString(item["message.finish_reason"]),
  });
}

/** BeeAI lists every chunk of a streamed answer as a message of its own; together they are the answer. */
function joinChunks(span: StoredSpan, messages: Message[]): Message[] {
  const [first] = messages;
  if (first === undefined || messages.length < 2 || !span.scopeName.includes("beeai")) return messages;
  const texts = messages.map((message) => message.content);
  const areChunks = messages.every((message) => message.role === first.role && !message.tool_calls);
  if (!areChunks || !texts.every((text) => typeof text === "string")) return messages;
  return [{ ...first, content: texts.join("") }];
}

/** One `message_content`: its fields spelt as a part that `readPart` knows. */
function readContentItem(item: FlatItem, into: MessageContent): void {
  const image = firstString(item["message_content.image.image.url"]);
  const type = firstString(item["message_content.type"]);
  if (image !== undefined) into.parts.push({ type: "image", url: image });
  else if (type === "reasoning" || type === "thinking") {
    into.parts.push({ type: "reasoning", text: textFrom(item["message_content.text"]) });
  } else if (item["message_content.text"] !== undefined) {
    into.parts.push({ type: "text", text: textFrom(item["message_content.text"]) });
  } else {
    const fields: Record<string, unknown> = {};
    for (const key in item) {
      const field = key.startsWith("message_content.") ? key.slice("message_content.".length) : key;
      if (field !== "__proto__") fields[field] = item[key];
    }
    readPart(fields, into);
  }
}

/** Legacy completions: a JSON list of texts, or `llm.prompts.N.prompt.text`. */
function readPrompts(attributes: Attributes): Message[] {
  const flattened = readFlattenedList(attributes, "llm.prompts.");
  if (flattened.length > 0) {
    return flattened.map((item) => textMessage("user", textFrom(item["prompt.text"] ?? item[""])));
  }
  return readMessagesJson(attributes["llm.prompts"], "user");
}

function readChoices(attributes: Attributes): Message[] {
  const flattened = readFlattenedList(attributes, "llm.choices.");
  if (flattened.length > 0) {
    return flattened.map((item) => textMessage("assistant", textFrom(item["completion.text"] ?? item[""])));
  }
  return readMessagesJson(attributes["llm.choices"], "assistant");
}

function readEmbeddedTexts(attributes: Attributes): Message[] {
  return readFlattenedList(attributes, "embedding.embeddings.")
    .map((item) => firstString(item["embedding.text"]))
    .filter((text) => text !== undefined)
    .map((text) => textMessage("user", text));
}

function readQuery(attributes: Attributes): Message[] {
  const query = firstString(attributes["reranker.query"]);
  return query === undefined ? [] : [textMessage("user", query)];
}

/** Documents found, as one message of role `tool` with a `data` part. */
function readDocuments(attributes: Attributes, prefix: string): Message[] {
  const documents = readFlattenedList(attributes, prefix).map((item) => ({
    id: item["document.id"],
    content: item["document.content"],
    score: item["document.score"],
    metadata: parsedValue(item["document.metadata"]),
  }));
  return documents.length === 0 ? [] : [{ role: "tool", content: [{ type: "data", data: documents }] }];
}
