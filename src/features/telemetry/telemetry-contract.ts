import { z } from "zod";

/**
 * What a GenAI span did, in the words of the OpenTelemetry GenAI conventions; empty for a span that is
 * not about GenAI. `tool`, `agent` and `chain` of other dialects map onto these.
 */
export const OPERATIONS = [
  "chat",
  "generate_content",
  "text_completion",
  "embeddings",
  "retrieval",
  "rerank",
  "execute_tool",
  "create_agent",
  "invoke_agent",
  "invoke_workflow",
  "plan",
  "chain",
  "guardrail",
  "evaluator",
  "memory",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Exclusive token buckets: their sum is what the provider processed; no token is in two of them. */
export const tokenUsageSchema = z.object({
  input_uncached: z.number().int().nonnegative(),
  cache_read: z.number().int().nonnegative(),
  cache_write: z.number().int().nonnegative(),
  output: z.number().int().nonnegative().describe("Visible output, without reasoning."),
  reasoning: z.number().int().nonnegative(),
});
export type TokenUsage = z.infer<typeof tokenUsageSchema>;

/** One piece of a message that is more than plain text. Unknown kinds of other dialects become `generic`. */
export const messagePartSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("reasoning"), text: z.string() }),
  z.object({ type: z.literal("image"), url: z.string() }),
  z.object({ type: z.literal("audio"), url: z.string().optional() }),
  z.object({ type: z.literal("file"), name: z.string().optional(), url: z.string().optional() }),
  z.object({ type: z.literal("data"), data: z.unknown() }),
  z.object({ type: z.literal("generic"), data: z.unknown() }),
]);
export type MessagePart = z.infer<typeof messagePartSchema>;

/** A tool call a model asked for; `arguments` is JSON text, or whatever text the model produced. */
export const toolCallSchema = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
export type ToolCall = z.infer<typeof toolCallSchema>;

/** One chat message in the canonical form all dialects are read into. */
export const messageSchema = z.object({
  role: z.string().describe("system, user, assistant, tool, or the dialect's own word."),
  content: z.union([z.string(), z.array(messagePartSchema)]),
  name: z.string().optional(),
  tool_calls: z.array(toolCallSchema).optional(),
  tool_call_id: z.string().optional(),
  finish_reason: z.string().optional(),
});
export type Message = z.infer<typeof messageSchema>;
