import { pieces } from "./pieces.ts";
import type { ChatMessage, ChatTool, ChatTurn, ScriptedReply, ScriptedUsage } from "./script.ts";
import { estimateUsage } from "./usage.ts";

/** The parts of a Chat Completions request the stub reads. */
export interface ChatRequest {
  model?: string;
  messages?: ChatMessage[];
  tools?: { type: string; function: { name: string; description?: string; parameters?: object } }[];
  tool_choice?: unknown;
  stream?: boolean;
  stream_options?: { include_usage?: boolean };
}

/** The turn a request asks for; `tool_choice: "none"` hides the tools. */
export function turnOfChatRequest(request: ChatRequest, index: number, random: number): ChatTurn {
  const tools: ChatTool[] = (request.tools ?? []).map((tool) => ({
    name: tool.function.name,
    description: tool.function.description ?? "",
    parameters: { ...tool.function.parameters },
  }));
  return {
    index,
    random,
    model: request.model ?? "stub-model",
    messages: request.messages ?? [],
    tools: request.tool_choice === "none" ? [] : tools,
    stream: request.stream === true,
  };
}

function wireUsage(usage: ScriptedUsage): object {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens, audio_tokens: 0 },
  };
}

function finishReason(reply: ScriptedReply): string {
  return reply.finishReason ?? (reply.toolCalls?.length ? "tool_calls" : "stop");
}

/** Ids of a reply's tool calls, the same for the same turn. */
export function toolCallId(turn: ChatTurn, reply: ScriptedReply, at: number): string {
  return reply.toolCalls?.[at]?.id ?? `call_${turn.index}_${at}`;
}

function envelope(turn: ChatTurn, object: string, createdSeconds: number): object {
  return {
    id: `chatcmpl-stub-${turn.index}`,
    object,
    created: createdSeconds,
    model: turn.model,
    system_fingerprint: "fp_stub",
  };
}

/** The body of a non-streaming answer. */
export function chatCompletion(turn: ChatTurn, reply: ScriptedReply, createdSeconds: number): object {
  return {
    ...envelope(turn, "chat.completion", createdSeconds),
    choices: [
      {
        index: 0,
        finish_reason: finishReason(reply),
        logprobs: null,
        message: {
          role: "assistant",
          content: reply.text ?? null,
          ...(reply.reasoning ? { reasoning_content: reply.reasoning } : {}),
          ...(reply.toolCalls?.length
            ? {
                tool_calls: reply.toolCalls.map((call, at) => ({
                  id: toolCallId(turn, reply, at),
                  type: "function",
                  function: { name: call.name, arguments: JSON.stringify(call.arguments) },
                })),
              }
            : {}),
        },
      },
    ],
    usage: wireUsage(estimateUsage(turn, reply)),
  };
}

/**
 * The data lines of a streaming answer, in order, without the closing `[DONE]`: role, reasoning, text, then
 * per tool call its name followed by fragments of its arguments, the finish reason, and the usage when asked
 * for (as a chunk without choices, as OpenAI sends it).
 */
export function* chatCompletionChunks(
  turn: ChatTurn,
  reply: ScriptedReply,
  createdSeconds: number,
  includeUsage: boolean,
): Generator<object> {
  const head = envelope(turn, "chat.completion.chunk", createdSeconds);
  const chunk = (delta: object, finish: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(includeUsage ? { usage: null } : {}),
  });
  yield chunk({ role: "assistant", content: "" });
  for (const piece of pieces(reply.reasoning ?? "")) yield chunk({ reasoning_content: piece });
  for (const piece of pieces(reply.text ?? "")) yield chunk({ content: piece });
  for (const [index, call] of (reply.toolCalls ?? []).entries()) {
    const id = toolCallId(turn, reply, index);
    yield chunk({
      tool_calls: [{ index, id, type: "function", function: { name: call.name, arguments: "" } }],
    });
    for (const piece of pieces(JSON.stringify(call.arguments))) {
      yield chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }
  yield chunk({}, finishReason(reply));
  if (includeUsage) yield { ...head, choices: [], usage: wireUsage(estimateUsage(turn, reply)) };
}
