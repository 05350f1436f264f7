import type { Message } from "../../telemetry-contract.ts";
import type { SpanMessages, StoredSpan } from "./dialect.ts";
import { firstString, isRecord, type JsonRecord, parsedValue } from "./json-values.ts";
import { toolCallFrom } from "./message-parts.ts";
import { messagesWith, readContentText, readMessagesJson, withFinishReason } from "./messages-json.ts";

/** Role of a message by the event's name (conventions 1.28 to 1.36). */
const INPUT_ROLES = new Map([
  ["gen_ai.system.message", "system"],
  ["gen_ai.user.message", "user"],
  ["gen_ai.assistant.message", "assistant"],
  ["gen_ai.tool.message", "tool"],
]);

/**
 * Reads messages from span events: one per message (1.28 to 1.36), or one for the whole prompt and one for
 * the whole completion (before 1.28, still written by Semantic Kernel).
 */
export function readEventMessages(events: StoredSpan["events"]): SpanMessages {
  const input: Message[] = [];
  const output: Message[] = [];
  for (const event of events) {
    const role = INPUT_ROLES.get(event.name);
    if (role !== undefined) input.push(...messagesOfEvent(event.attributes, role));
    else if (event.name === "gen_ai.choice") output.push(...choices(event.attributes));
    else if (event.name === "gen_ai.content.prompt") {
      input.push(...readMessagesJson(payload(event.attributes, "gen_ai.prompt"), "user"));
    } else if (event.name === "gen_ai.content.completion") {
      output.push(...readMessagesJson(payload(event.attributes, "gen_ai.completion"), "assistant"));
    }
  }
  return { input, output };
}

/** Some emitters put the event's whole body as JSON into one attribute. */
function payload(attributes: JsonRecord, key: string): unknown {
  return attributes[key] ?? attributes["gen_ai.event.content"] ?? attributes["event.content"];
}

function messagesOfEvent(attributes: JsonRecord, role: string): Message[] {
  const body = bodyOf(attributes);
  if (typeof body === "string") return [{ role, content: body }];
  const content = readContentText(partsOf(body.content) ?? "");
  const calls = parsedValue(body.tool_calls);
  if (Array.isArray(calls))
    for (const call of calls) if (isRecord(call)) content.toolCalls.push(toolCallFrom(call));
  const onlyCalls = content.toolCalls.length > 0 && body.content === undefined;
  if (onlyCalls) content.parts = [];
  return messagesWith(firstString(body.role) ?? role, content, {
    name: firstString(body.name),
    callId: role === "tool" ? firstString(body.id, body.tool_call_id) : undefined,
  });
}

/** Google's libraries put one of Gemini's contents there: `{parts: […], role}`. */
function partsOf(content: unknown): unknown {
  const value = isRecord(content) ? content : undefined;
  return Array.isArray(value?.parts) ? value.parts : content;
}

function choices(attributes: JsonRecord): Message[] {
  const body = bodyOf(attributes);
  if (typeof body === "string") return [{ role: "assistant", content: body }];
  const message = parsedValue(body.message);
  const messages = isRecord(message)
    ? messagesOfEvent(message, "assistant")
    : messagesOfEvent({ ...body, content: body.message ?? body.content }, "assistant");
  return withFinishReason(messages, firstString(body.finish_reason));
}

/** The event's fields: its attributes, or the object (or plain text) in its content attribute. */
function bodyOf(attributes: JsonRecord): JsonRecord | string {
  const content = attributes["gen_ai.event.content"] ?? attributes["event.content"];
  if (content === undefined) return attributes;
  const value = parsedValue(content);
  return isRecord(value) ? value : typeof value === "string" ? value : { content: value };
}
