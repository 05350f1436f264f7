import type { Message, MessagePart } from "../../telemetry-contract.ts";
import { firstString, isRecord, type JsonRecord, parsedValue, parseJson, textFrom } from "./json-values.ts";
import {
  emptyContent,
  isPartList,
  type MessageContent,
  readPart,
  type ToolResult,
  toolCallFrom,
} from "./message-parts.ts";

/**
 * Reads messages from an attribute that holds them as JSON text, as a parsed list or object, or as plain
 * text. What no known shape fits becomes one message of `role`: text as its content, other values as a
 * `data` part. Never throws.
 */
export function readMessagesJson(attribute: unknown, role: string): Message[] {
  if (attribute === undefined || attribute === null || attribute === "") return [];
  return messagesFrom(parsedValue(attribute), role);
}

function messagesFrom(value: unknown, role: string): Message[] {
  if (Array.isArray(value)) return messagesFromList(value, role);
  if (isRecord(value)) return messagesFromRecord(value, role);
  return [textMessage(role, textFrom(value))];
}

function messagesFromList(list: unknown[], role: string): Message[] {
  if (list.length === 0) return [];
  if (list.every((item) => typeof item === "string")) return list.map((text) => textMessage(role, text));
  if (isPartList(list) && list.every((part) => part.role === undefined)) {
    return messagesWith(role, contentOfParts(list), {});
  }
  if (list.every((item) => isRecord(item) && isMessage(item))) {
    return list.flatMap((item) => messagesFromItem(item as JsonRecord, role));
  }
  return [{ role, content: [{ type: "data", data: list }] }];
}

/** Objects that wrap messages: requests and responses of providers, and the prompts of frameworks. */
function messagesFromRecord(record: JsonRecord, role: string): Message[] {
  if (typeof record.type === "string" && record.role === undefined && isPartList([record])) {
    return messagesWith(role, contentOfParts([record]), {});
  }
  if (isMessage(record)) return messagesFromItem(record, role);
  // LangChain nests the messages of each prompt of a batch in a list of their own.
  const list = Array.isArray(record.messages) ? record.messages.flat(1) : undefined;
  if (list?.some(isRecord)) return [...systemMessages(record), ...messagesFromList(list, role)];
  if (Array.isArray(record.choices))
    return record.choices.flatMap((choice) => messagesFromChoice(choice, role));
  if (Array.isArray(record.candidates)) {
    return record.candidates.flatMap((choice) => messagesFromChoice(choice, role));
  }
  if (Array.isArray(record.output) && record.output.some(isRecord))
    return messagesFromList(record.output, role);
  if (typeof record.prompt === "string") return [...systemMessages(record), textMessage(role, record.prompt)];
  if (Array.isArray(record.prompt)) {
    return [...systemMessages(record), ...messagesFromList(record.prompt, role)];
  }
  return [{ role, content: [{ type: "data", data: record }] }];
}

function messagesFromChoice(choice: unknown, role: string): Message[] {
  if (!isRecord(choice)) return [];
  const message = choice.message ?? choice.content;
  const messages = isRecord(message)
    ? messagesFromItem(message, role)
    : [textMessage(role, textFrom(choice.text ?? message))];
  return withFinishReason(messages, firstString(choice.finish_reason, choice.finishReason));
}

function systemMessages(record: JsonRecord): Message[] {
  const system = record.system ?? record.instructions ?? record.systemInstruction;
  if (system === undefined || system === null || system === "") return [];
  if (isPartList(system)) return messagesWith("system", contentOfParts(system), {});
  return messagesFrom(system, "system");
}

/** True for objects that are one message, in whatever dialect. */
function isMessage(record: JsonRecord): boolean {
  if (typeof record.role === "string" || Array.isArray(record.parts) || isLangChain(record)) return true;
  if (record.type === "function_call" || record.type === "function_call_output") return true;
  if (record.type === "message" || record.type === "reasoning") return true;
  return typeof record.content === "string" || isPartList(record.content) || Array.isArray(record.tool_calls);
}

function messagesFromItem(given: JsonRecord, defaultRole: string): Message[] {
  const item = isLangChain(given) ? unwrapLangChain(given) : given;
  const role = firstString(item.role) ?? defaultRole;
  const content = emptyContent();
  if (item.type === "function_call" || item.type === "function_call_output" || item.type === "reasoning") {
    readPart(item, content);
    return messagesWith(
      content.results.length > 0 ? "tool" : (firstString(item.role) ?? "assistant"),
      content,
      {},
    );
  }
  readContent(item.parts ?? item.content ?? item.text, content);
  const thinking = firstString(item.reasoning_content, item.reasoning, item.thinking);
  if (thinking !== undefined) content.parts.unshift({ type: "reasoning", text: thinking });
  const calls = parsedValue(item.tool_calls ?? item.toolCalls);
  if (Array.isArray(calls))
    for (const call of calls) if (isRecord(call)) content.toolCalls.push(toolCallFrom(call));
  if (isRecord(item.function_call)) content.toolCalls.push(toolCallFrom(item.function_call));
  if (content.toolCalls.length === 0 && content.parts.length === 0) {
    const data = item.content ?? item.parts;
    if (isRecord(data)) content.parts.push({ type: "data", data });
  }
  return messagesWith(role, content, {
    name: firstString(item.name),
    callId: firstString(item.tool_call_id, item.toolCallId, item.call_id),
    finishReason: firstString(item.finish_reason, item.finishReason),
  });
}

/** Content that is text, one part, or a list of parts. */
function readContent(value: unknown, into: MessageContent): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) for (const part of value) readPart(part, into);
  else if (isRecord(value) && !isPartList([value])) into.parts.push({ type: "data", data: value });
  else readPart(typeof value === "object" ? value : textFrom(value), into);
}

/**
 * A message's content that arrived as an attribute's text: emitters write a list of parts as JSON there, and
 * any other text, JSON or not, is what was said.
 */
export function readContentText(value: unknown): MessageContent {
  const content = emptyContent();
  const parsed = typeof value === "string" ? parseJson(value) : parsedValue(value);
  if (isPartList(parsed)) for (const part of parsed) readPart(part, content);
  else if (typeof value === "string") content.parts.push({ type: "text", text: value });
  else readContent(parsed, content);
  return content;
}

function contentOfParts(parts: readonly unknown[]): MessageContent {
  const content = emptyContent();
  for (const part of parts) readPart(part, content);
  return content;
}

/** What a message carries besides its role and content. */
export interface MessageDetails {
  name?: string;
  callId?: string;
  finishReason?: string;
}

/**
 * Builds canonical messages from read content. Tool results become `tool` messages of their own, one per
 * call: after what an assistant said, since it called the tool, and before what a user said, since a user's
 * turn opens with the answers to the calls before it.
 */
export function messagesWith(role: string, content: MessageContent, details: MessageDetails): Message[] {
  const results = content.results.map((result) => resultMessage(result, details.callId));
  const saysNothing = content.parts.length === 0 && content.toolCalls.length === 0;
  if (results.length > 0 && saysNothing) return results;
  const message: Message = { role, content: simplify(content.parts) };
  if (details.name !== undefined) message.name = details.name;
  if (content.toolCalls.length > 0) message.tool_calls = content.toolCalls;
  if (details.callId !== undefined) message.tool_call_id = details.callId;
  if (details.finishReason !== undefined) message.finish_reason = details.finishReason;
  return role === "assistant" ? [message, ...results] : [...results, message];
}

function resultMessage(result: ToolResult, callId: string | undefined): Message {
  const message: Message = { role: "tool", content: resultContent(result.value) };
  if (result.name !== undefined) message.name = result.name;
  const id = result.id ?? callId;
  if (id !== undefined) message.tool_call_id = id;
  return message;
}

/**
 * The content of a tool's result: text as it is, a list of parts (also in the `{content: […]}` wrapping of
 * MCP) as parts, any other value as one `data` part.
 */
export function resultContent(value: unknown): Message["content"] {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  const parts = isRecord(value) ? value.content : value;
  if (isPartList(parts)) {
    const content = contentOfParts(parts);
    if (content.toolCalls.length === 0 && content.results.length === 0) return simplify(content.parts);
  }
  return [{ type: "data", data: value }];
}

/** Content that is nothing but text is a string; several texts are joined by line breaks. */
function simplify(parts: MessagePart[]): Message["content"] {
  if (!parts.every((part) => part.type === "text")) return parts;
  return parts.map((part) => part.text).join("\n");
}

export function textMessage(role: string, text: string): Message {
  return { role, content: text };
}

/** Gives an answer that does not tell why it ended the reason that its span tells. */
export function withFinishReason(messages: Message[], reason: string | undefined): Message[] {
  if (reason === undefined || messages.some((message) => message.finish_reason !== undefined))
    return messages;
  const last = messages.findLast((message) => message.role !== "tool");
  if (last !== undefined) last.finish_reason = reason;
  return messages;
}

/** LangChain serialises messages as `{lc: 1, type: "constructor", id: […, class], kwargs}`. */
function isLangChain(record: JsonRecord): boolean {
  return record.lc === 1 && isRecord(record.kwargs);
}

const LANGCHAIN_ROLES: Record<string, string> = {
  human: "user",
  ai: "assistant",
  system: "system",
  tool: "tool",
};

function unwrapLangChain(record: JsonRecord): JsonRecord {
  const kwargs = record.kwargs as JsonRecord;
  const className = Array.isArray(record.id) ? textFrom(record.id.at(-1)) : "";
  const kind = (firstString(kwargs.type) ?? className.replace(/Message(Chunk)?$/, "")).toLowerCase();
  return { ...kwargs, role: Object.hasOwn(LANGCHAIN_ROLES, kind) ? LANGCHAIN_ROLES[kind] : kind };
}
