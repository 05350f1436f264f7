import type { Attributes } from "@opentelemetry/api";
import { type PlannedSpan, SpanKind } from "./planned-span.ts";

/** A chat message in the schema of OpenTelemetry's GenAI conventions 1.37 and later. */
export interface GenAiMessage {
  role: "user" | "assistant" | "tool";
  parts: readonly Record<string, unknown>[];
}

/** Who runs and for whom; on every span of a trace. */
export interface RunContext {
  sessionId: string;
  userId: string;
}

/** A message of plain text. */
export function say(role: GenAiMessage["role"], content: string): GenAiMessage {
  return { role, parts: [{ type: "text", content }] };
}

function identity(run: RunContext): Attributes {
  return { "gen_ai.conversation.id": run.sessionId, "user.id": run.userId };
}

/** The run of an agent, `invoke_agent {name}`. */
export function agentSpan(run: RunContext, name: string, children: PlannedSpan[]): PlannedSpan {
  return {
    name: `invoke_agent ${name}`,
    kind: SpanKind.INTERNAL,
    attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name, ...identity(run) },
    ms: 2,
    children,
  };
}

/** What a model call is planned to be. */
export interface PlannedChat {
  provider: string;
  model: string;
  system: string;
  input: readonly GenAiMessage[];
  /** Text of the answer; or the tool calls it makes. */
  text?: string;
  toolCalls?: readonly { id: string; name: string; arguments: object }[];
  ms: number;
  /** Tokens of the prompt that came from the provider's cache. */
  cachedTokens?: number;
  reasoningTokens?: number;
  error?: { type: string; message: string };
}

/** A model call, `chat {model}`, with its messages and tokens (four characters each). */
export function chatSpan(run: RunContext, chat: PlannedChat): PlannedSpan {
  const parts = [
    ...(chat.text ? [{ type: "text", content: chat.text }] : []),
    ...(chat.toolCalls ?? []).map((call) => ({ type: "tool_call", ...call })),
  ];
  const finish = chat.toolCalls ? "tool_call" : "stop";
  const output = JSON.stringify([{ role: "assistant", parts, finish_reason: finish }]);
  const input = JSON.stringify(chat.input);
  const answered: Attributes = {
    "gen_ai.response.model": chat.model,
    "gen_ai.response.finish_reasons": [finish],
    "gen_ai.response.time_to_first_chunk": (chat.ms * 0.3) / 1000,
    "gen_ai.usage.input_tokens":
      Math.ceil((input.length + chat.system.length) / 4) + (chat.cachedTokens ?? 0),
    "gen_ai.usage.cache_read.input_tokens": chat.cachedTokens ?? 0,
    "gen_ai.usage.output_tokens": Math.ceil(output.length / 4) + (chat.reasoningTokens ?? 0),
    "gen_ai.usage.reasoning.output_tokens": chat.reasoningTokens ?? 0,
    "gen_ai.output.messages": output,
  };
  return {
    name: `chat ${chat.model}`,
    kind: SpanKind.CLIENT,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": chat.provider,
      "gen_ai.request.model": chat.model,
      "gen_ai.request.temperature": 0.3,
      "gen_ai.system_instructions": JSON.stringify([{ type: "text", content: chat.system }]),
      "gen_ai.input.messages": input,
      ...identity(run),
      ...(chat.error ? {} : answered),
    },
    ms: chat.ms,
    error: chat.error,
  };
}

/** The execution of a tool, `execute_tool {name}`; what happens inside it are its children. */
export function toolSpan(
  run: RunContext,
  call: { id: string; name: string; arguments: object },
  result: unknown,
  ms: number,
  rest: Pick<PlannedSpan, "children" | "error"> = {},
): PlannedSpan {
  return {
    name: `execute_tool ${call.name}`,
    kind: SpanKind.INTERNAL,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": call.name,
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": call.id,
      "gen_ai.tool.call.arguments": JSON.stringify(call.arguments),
      ...(rest.error ? {} : { "gen_ai.tool.call.result": JSON.stringify(result) }),
      ...identity(run),
    },
    ms,
    ...rest,
  };
}

/** One embeddings request, `embeddings {model}`. */
export function embeddingsSpan(run: RunContext, model: string, text: string, ms: number): PlannedSpan {
  return {
    name: `embeddings ${model}`,
    kind: SpanKind.CLIENT,
    attributes: {
      "gen_ai.operation.name": "embeddings",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": model,
      "gen_ai.embeddings.dimension.count": 1536,
      "gen_ai.usage.input_tokens": Math.ceil(text.length / 4),
      ...identity(run),
    },
    ms,
  };
}

/** One look into a data source, `retrieval {source}`, with the documents it found. */
export function retrievalSpan(
  run: RunContext,
  source: string,
  query: string,
  documents: readonly { id: string; score: number; content: string }[],
  ms: number,
): PlannedSpan {
  return {
    name: `retrieval ${source}`,
    kind: SpanKind.CLIENT,
    attributes: {
      "gen_ai.operation.name": "retrieval",
      "gen_ai.data_source.id": source,
      "gen_ai.retrieval.query.text": query,
      "gen_ai.retrieval.documents": JSON.stringify(documents),
      ...identity(run),
    },
    ms,
  };
}
