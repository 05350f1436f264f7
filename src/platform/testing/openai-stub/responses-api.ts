import { toolCallId } from "./chat-completions.ts";
import { pieces } from "./pieces.ts";
import type { ChatMessage, ChatTurn, ScriptedReply } from "./script.ts";
import { estimateUsage } from "./usage.ts";

/** One item of a Responses request's `input`. */
export interface ResponsesInputItem {
  type?: string;
  id?: string;
  role?: ChatMessage["role"];
  content?: string | { type: string; text?: string }[];
  call_id?: string;
  name?: string;
  arguments?: string;
  output?: unknown;
}

/** The parts of a Responses request the stub reads. */
export interface ResponsesRequest {
  model?: string;
  instructions?: string;
  input?: string | ResponsesInputItem[];
  tools?: { type: string; name?: string; description?: string; parameters?: object }[];
  tool_choice?: unknown;
  stream?: boolean;
}

/** An output item, as the answer carries it and a later request may refer to it (`item_reference`). */
export interface ResponsesItem {
  type: string;
  id: string;
  [field: string]: unknown;
}

function messageOf(item: ResponsesInputItem): ChatMessage | undefined {
  if (item.type === "function_call") {
    const call = {
      id: item.call_id ?? "",
      function: { name: item.name ?? "", arguments: item.arguments ?? "{}" },
    };
    return { role: "assistant", content: null, tool_calls: [call] };
  }
  if (item.type === "function_call_output") {
    const content = typeof item.output === "string" ? item.output : JSON.stringify(item.output);
    return { role: "tool", content, tool_call_id: item.call_id };
  }
  return item.role ? { role: item.role, content: item.content } : undefined;
}

/** The turn a request asks for; `stored` resolves references to items of earlier answers. */
export function turnOfResponsesRequest(
  request: ResponsesRequest,
  index: number,
  random: number,
  stored: ReadonlyMap<string, ResponsesItem>,
): ChatTurn {
  const items: ResponsesInputItem[] =
    typeof request.input === "string" ? [{ role: "user", content: request.input }] : (request.input ?? []);
  const messages = items
    .map((item) => (item.type === "item_reference" ? (stored.get(item.id ?? "") ?? item) : item))
    .map(messageOf)
    .filter((message) => message !== undefined);
  if (request.instructions) messages.unshift({ role: "system", content: request.instructions });
  return {
    index,
    random,
    model: request.model ?? "stub-model",
    messages,
    tools:
      request.tool_choice === "none"
        ? []
        : (request.tools ?? [])
            .filter((tool) => tool.type === "function")
            .map((tool) => ({
              name: tool.name ?? "",
              description: tool.description ?? "",
              parameters: { ...tool.parameters },
            })),
    stream: request.stream === true,
  };
}

/** The items a reply becomes: its text as one message, then one `function_call` per tool call. */
export function outputItems(turn: ChatTurn, reply: ScriptedReply): ResponsesItem[] {
  const items: ResponsesItem[] = [];
  if (reply.text !== undefined) {
    items.push({
      type: "message",
      id: `msg_stub_${turn.index}`,
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: reply.text, annotations: [] }],
    });
  }
  for (const [at, call] of (reply.toolCalls ?? []).entries()) {
    items.push({
      type: "function_call",
      id: `fc_stub_${turn.index}_${at}`,
      call_id: toolCallId(turn, reply, at),
      name: call.name,
      arguments: JSON.stringify(call.arguments),
      status: "completed",
    });
  }
  return items;
}

/** The body of a non-streaming answer, also the one inside `response.completed`. */
export function responseBody(turn: ChatTurn, reply: ScriptedReply, createdSeconds: number): object {
  const usage = estimateUsage(turn, reply);
  const truncated = reply.finishReason === "length" || reply.finishReason === "content_filter";
  return {
    ...envelope(turn, createdSeconds),
    status: truncated ? "incomplete" : "completed",
    incomplete_details: truncated
      ? { reason: reply.finishReason === "length" ? "max_output_tokens" : "content_filter" }
      : null,
    output: outputItems(turn, reply),
    usage: {
      input_tokens: usage.inputTokens,
      input_tokens_details: { cached_tokens: usage.cachedTokens },
      output_tokens: usage.outputTokens,
      output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  };
}

function envelope(turn: ChatTurn, createdSeconds: number): object {
  return { id: `resp_stub_${turn.index}`, object: "response", created_at: createdSeconds, model: turn.model };
}

/** The events of a streaming answer, in order. */
export function* responseEvents(
  turn: ChatTurn,
  reply: ScriptedReply,
  createdSeconds: number,
): Generator<{ type: string }> {
  let sequence = 0;
  const event = (type: string, fields: object) => ({ type, sequence_number: sequence++, ...fields });
  const started = { ...envelope(turn, createdSeconds), status: "in_progress", output: [] };
  yield event("response.created", { response: started });
  for (const [at, item] of outputItems(turn, reply).entries()) {
    const place = { item_id: item.id, output_index: at };
    if (item.type === "message") {
      yield event("response.output_item.added", {
        output_index: at,
        item: { ...item, content: [], status: "in_progress" },
      });
      for (const delta of pieces(reply.text ?? "")) {
        yield event("response.output_text.delta", { ...place, content_index: 0, delta });
      }
    } else {
      const args = String(item.arguments);
      yield event("response.output_item.added", {
        output_index: at,
        item: { ...item, arguments: "", status: "in_progress" },
      });
      for (const delta of pieces(args)) {
        yield event("response.function_call_arguments.delta", { ...place, delta });
      }
      yield event("response.function_call_arguments.done", { ...place, arguments: args });
    }
    yield event("response.output_item.done", { output_index: at, item });
  }
  const response = responseBody(turn, reply, createdSeconds);
  const truncated = reply.finishReason === "length" || reply.finishReason === "content_filter";
  yield event(truncated ? "response.incomplete" : "response.completed", { response });
}
