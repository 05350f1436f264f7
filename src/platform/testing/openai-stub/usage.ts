import { type ChatTurn, type ScriptedReply, type ScriptedUsage, textOf } from "./script.ts";

/** OpenAI caches prompt prefixes in steps of this many tokens. */
const CACHE_STEP = 128;

/** About four characters per token, OpenAI's own rule of thumb for English. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/**
 * Plausible token counts for a reply: the prompt's length, and as cached whatever an earlier step of the same
 * conversation already sent (everything before the last assistant message, in steps of 128 tokens).
 */
export function estimateUsage(turn: ChatTurn, reply: ScriptedReply): ScriptedUsage {
  const toolTokens = estimateTokens(JSON.stringify(turn.tools));
  const perMessage = turn.messages.map(
    (message) =>
      4 + estimateTokens(textOf(message)) + estimateTokens(JSON.stringify(message.tool_calls ?? "")),
  );
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const lastAssistant = turn.messages.findLastIndex((message) => message.role === "assistant");
  const repeated = lastAssistant < 0 ? 0 : toolTokens + sum(perMessage.slice(0, lastAssistant));
  const reasoningTokens = estimateTokens(reply.reasoning ?? "");
  const answerTokens =
    estimateTokens(reply.text ?? "") + estimateTokens(reply.toolCalls ? JSON.stringify(reply.toolCalls) : "");
  const estimated: ScriptedUsage = {
    inputTokens: toolTokens + sum(perMessage),
    cachedTokens: Math.floor(repeated / CACHE_STEP) * CACHE_STEP,
    outputTokens: answerTokens + reasoningTokens,
    reasoningTokens,
  };
  return { ...estimated, ...reply.usage };
}
