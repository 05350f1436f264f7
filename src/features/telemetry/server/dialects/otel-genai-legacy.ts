import type { Message } from "../../telemetry-contract.ts";
import { type FlatItem, readFlattenedList } from "./flattened-list.ts";
import { firstString } from "./json-values.ts";
import { toolCallFrom } from "./message-parts.ts";
import { messagesWith, readContentText } from "./messages-json.ts";

/**
 * Reads `gen_ai.prompt.N.*` and `gen_ai.completion.N.*` (before 1.28, OpenLLMetry up to 0.4): role, content,
 * tool_call_id, finish_reason and `tool_calls.M.{id,name,arguments}`.
 */
export function readFlattenedMessages(
  attributes: Record<string, unknown>,
  prefix: string,
  defaultRole: string,
): Message[] {
  return readFlattenedList(attributes, prefix).flatMap((item) => messagesFromItem(item, defaultRole));
}

function messagesFromItem(item: FlatItem, defaultRole: string): Message[] {
  const calls = readFlattenedList(item, "tool_calls.");
  if (item.role === undefined && item.content === undefined && calls.length === 0) return [];
  const content = readContentText(item.content ?? "");
  if (item.content === undefined) content.parts = [];
  const reasoning = firstString(item.reasoning);
  if (reasoning !== undefined) content.parts.unshift({ type: "reasoning", text: reasoning });
  for (const call of calls) content.toolCalls.push(toolCallFrom(call));
  return messagesWith(firstString(item.role) ?? defaultRole, content, {
    name: firstString(item.name),
    callId: firstString(item.tool_call_id),
    finishReason: firstString(item.finish_reason),
  });
}
