import type { Message, MessagePart, ToolCall } from "#features/telemetry/telemetry-contract.ts";

/** Text of a message's visible parts, without reasoning and data; what "copy" takes. */
export function messageText(message: Message): string {
  if (typeof message.content === "string") return message.content;
  return message.content
    .map((part) => (part.type === "text" ? part.text : ""))
    .filter(Boolean)
    .join("\n\n");
}

/** A message's content as parts, whichever form it came in. */
export function partsOf(message: Message): MessagePart[] {
  if (typeof message.content === "string") {
    return message.content === "" ? [] : [{ type: "text", text: message.content }];
  }
  return message.content;
}

/** Tool calls by id, over a whole conversation: what a result is linked to. */
export function callsById(messages: readonly Message[]): Map<string, ToolCall> {
  const calls = new Map<string, ToolCall>();
  for (const message of messages)
    for (const call of message.tool_calls ?? []) if (call.id) calls.set(call.id, call);
  return calls;
}

/** Ids of the calls that a later message answers. */
export function answeredCalls(messages: readonly Message[]): Set<string> {
  return new Set(messages.flatMap((message) => (message.tool_call_id ? [message.tool_call_id] : [])));
}

/** Attributes in which dialects put what went into a span that has no messages, and what came out. */
const INPUT_KEYS = [
  "gen_ai.tool.call.arguments",
  "ai.toolCall.args",
  "input.value",
  "traceloop.entity.input",
];
const OUTPUT_KEYS = [
  "gen_ai.tool.call.result",
  "ai.toolCall.result",
  "output.value",
  "traceloop.entity.output",
];

const firstOf = (attributes: Record<string, unknown>, keys: readonly string[]) =>
  keys.map((key) => attributes[key]).find((value) => value !== undefined && value !== "");

/** What went into a tool or chain and came out of it; undefined where the span does not say. */
export function inputOutput(attributes: Record<string, unknown>): { input: unknown; output: unknown } {
  return { input: firstOf(attributes, INPUT_KEYS), output: firstOf(attributes, OUTPUT_KEYS) };
}
