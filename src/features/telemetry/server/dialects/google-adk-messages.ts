import type { Message } from "../../telemetry-contract.ts";
import type { SpanMessages, StoredSpan } from "./dialect.ts";
import { firstString, isRecord, parsedValue } from "./json-values.ts";
import { readMessagesJson, withFinishReason } from "./messages-json.ts";
import { readOtelGenAiMessages } from "./otel-genai-messages.ts";
import { toolMessages } from "./tool-messages.ts";

/** Reads the chat of a span from the request and response that the Agent Development Kit stores whole. */
export function readGoogleAdkMessages(span: StoredSpan): SpanMessages {
  const attributes = span.attributes;
  const args = attributes["gcp.vertex.agent.tool_call_args"];
  const result = attributes["gcp.vertex.agent.tool_response"];
  if (args !== undefined || result !== undefined) {
    return toolMessages(
      firstString(attributes["gen_ai.tool.name"]),
      firstString(told(attributes["gen_ai.tool.call.id"])),
      told(args),
      told(result),
    );
  }
  const request = parsedValue(attributes["gcp.vertex.agent.llm_request"]);
  const response = parsedValue(attributes["gcp.vertex.agent.llm_response"]);
  const data = attributes["gcp.vertex.agent.data"];
  const input = isRecord(request) ? requestMessages(request) : contents(data);
  const output = isRecord(response) ? responseMessages(response) : [];
  if (input.length > 0 || output.length > 0) return { input, output };
  return span.scopeName === "gcp.vertex.agent" ? readOtelGenAiMessages(span) : { input, output };
}

/** The kit writes placeholders where a tool has no id, arguments or result. */
function told(value: unknown): unknown {
  return value === "<not specified>" || value === "N/A" ? undefined : value;
}

function requestMessages(request: Record<string, unknown>): Message[] {
  const config = isRecord(request.config) ? request.config : {};
  const system = readMessagesJson(config.system_instruction, "system").map((message) => ({
    ...message,
    role: "system",
  }));
  return [...system, ...contents(request.contents)];
}

function responseMessages(response: Record<string, unknown>): Message[] {
  if (response.content === undefined) return [];
  const messages = contents([response.content]).map((message) =>
    message.role === "user" ? { ...message, role: "assistant" } : message,
  );
  return withFinishReason(messages, firstString(response.finish_reason)?.toLowerCase());
}

/** Gemini calls the assistant `model` and lets the user's turn carry the results of tools. */
function contents(value: unknown): Message[] {
  const list = parsedValue(value);
  if (!Array.isArray(list)) return [];
  const known = list.filter(isRecord).map((item) => {
    return item.role === "model" ? { ...item, role: "assistant" } : item;
  });
  return readMessagesJson(known, "user");
}
