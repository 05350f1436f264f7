import type { Message } from "../../telemetry-contract.ts";
import type { SpanMessages, StoredSpan } from "./dialect.ts";
import { firstString, isRecord, parsedValue, textFrom } from "./json-values.ts";
import { readMessagesJson, withFinishReason } from "./messages-json.ts";
import { readEventMessages } from "./otel-genai-events.ts";
import { toolInSpanName } from "./otel-genai-facts.ts";
import { readFlattenedMessages } from "./otel-genai-legacy.ts";
import { toolMessages } from "./tool-messages.ts";

type Attributes = Record<string, unknown>;

/**
 * Reads the chat of a span, newest generation first; each side falls back on its own, since emitters in
 * transition write one side in the old form and the other in the new.
 */
export function readOtelGenAiMessages(span: StoredSpan): SpanMessages {
  const attributes = withDetailsEvent(span);
  if (isTool(span.operation, attributes)) {
    return toolMessages(
      firstString(attributes["gen_ai.tool.name"]) ?? toolInSpanName(span.name),
      firstString(attributes["gen_ai.tool.call.id"]),
      attributes["gen_ai.tool.call.arguments"] ?? attributes.tool_arguments ?? attributes["input.value"],
      attributes["gen_ai.tool.call.result"] ?? attributes.tool_response ?? attributes["output.value"],
    );
  }
  const events = readEventMessages(span.events);
  const history = readHistory(attributes);
  const input = firstFilled(
    () => readMessagesJson(attributes["gen_ai.input.messages"], "user"),
    () => events.input,
    () => readFlattenedMessages(attributes, "gen_ai.prompt.", "user"),
    () => readMessagesJson(attributes["gen_ai.prompt"], "user"),
    () => history.input,
    () => readMessagesJson(attributes["gen_ai.retrieval.query.text"], "user"),
    () => readMessagesJson(attributes["input.value"], "user"),
  );
  const output = firstFilled(
    () => readMessagesJson(attributes["gen_ai.output.messages"], "assistant"),
    () => events.output,
    () => readFlattenedMessages(attributes, "gen_ai.completion.", "assistant"),
    () => readMessagesJson(attributes["gen_ai.completion"], "assistant"),
    () => readMessagesJson(attributes.final_result, "assistant"),
    () => history.output,
    () => readMessagesJson(attributes["gen_ai.retrieval.documents"], "tool"),
    () => readMessagesJson(attributes["output.value"], "assistant"),
  );
  return {
    input: [...systemInstructions(attributes, input), ...input],
    output: withFinishReason(output, finishReason(attributes)),
  };
}

function firstFilled(...readers: readonly (() => Message[])[]): Message[] {
  for (const read of readers) {
    const messages = read();
    if (messages.length > 0) return messages;
  }
  return [];
}

function isTool(operation: string, attributes: Attributes): boolean {
  if (operation === "execute_tool") return true;
  return (
    attributes["gen_ai.tool.call.arguments"] !== undefined ||
    attributes["gen_ai.tool.call.result"] !== undefined
  );
}

/** Instructions travel beside the messages; emitters that repeat them as a first message are not doubled. */
function systemInstructions(attributes: Attributes, input: readonly Message[]): Message[] {
  const instructions = readMessagesJson(attributes["gen_ai.system_instructions"], "system").map(
    (message) => ({
      ...message,
      role: "system",
    }),
  );
  return input[0]?.role === "system" ? [] : instructions;
}

/** Since 1.37 content may also arrive on one event that carries the span's own attribute names. */
function withDetailsEvent(span: StoredSpan): Attributes {
  const details = span.events.find((event) => event.name === "gen_ai.client.inference.operation.details");
  if (details === undefined) return span.attributes;
  return Object.assign(Object.create(null), details.attributes, span.attributes) as Attributes;
}

/**
 * Pydantic AI puts an agent's whole conversation into one attribute, which ends with the answer; before its
 * version 1 it wrote a list of the events of conventions 1.28 there instead.
 */
function readHistory(attributes: Attributes): SpanMessages {
  const events = parsedValue(attributes.events ?? attributes.all_messages_events);
  if (Array.isArray(events) && events.some((event) => isRecord(event) && "event.name" in event)) {
    const named = events
      .filter(isRecord)
      .map((event) => ({ name: textFrom(event["event.name"]), attributes: event }));
    const messages = readEventMessages(named);
    return messages.output.length > 0 ? messages : splitAnswer(messages.input);
  }
  return splitAnswer(readMessagesJson(attributes["pydantic_ai.all_messages"], "user"));
}

function splitAnswer(conversation: Message[]): SpanMessages {
  if (conversation.at(-1)?.role !== "assistant") return { input: conversation, output: [] };
  return { input: conversation.slice(0, -1), output: conversation.slice(-1) };
}

function finishReason(attributes: Attributes): string | undefined {
  const reasons = parsedValue(attributes["gen_ai.response.finish_reasons"]);
  return Array.isArray(reasons) ? firstString(reasons[0]) : firstString(reasons);
}
