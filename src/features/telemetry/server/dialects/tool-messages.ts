import type { Message } from "../../telemetry-contract.ts";
import type { SpanMessages } from "./dialect.ts";
import { parsedValue } from "./json-values.ts";
import { resultContent } from "./messages-json.ts";

/**
 * The canonical form of a span that ran a tool: the input is one message of role `tool` with the arguments,
 * the output one with the result, both with the tool's name and the id of the call. JSON objects and lists
 * are held as a `data` part, text as text.
 */
export function toolMessages(
  name: string | undefined,
  callId: string | undefined,
  toolArguments: unknown,
  result: unknown,
): SpanMessages {
  return {
    input: toolMessage(name, callId, toolArguments),
    output: toolMessage(name, callId, result),
  };
}

function toolMessage(name: string | undefined, callId: string | undefined, value: unknown): Message[] {
  if (value === undefined || value === null) return [];
  const message: Message = { role: "tool", content: resultContent(parsedValue(value)) };
  if (name !== undefined) message.name = name;
  if (callId !== undefined) message.tool_call_id = callId;
  return [message];
}

/** Names the tool in results that carry only the id of a call made earlier in the same conversation. */
export function nameToolResults(conversation: readonly Message[]): void {
  const names = new Map<string, string>();
  for (const message of conversation) {
    for (const call of message.tool_calls ?? []) if (call.id !== "") names.set(call.id, call.name);
    if (message.role !== "tool" || message.name !== undefined || message.tool_call_id === undefined) continue;
    const name = names.get(message.tool_call_id);
    if (name) message.name = name;
  }
}
