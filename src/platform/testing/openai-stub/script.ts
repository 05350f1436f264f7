/** A chat message as OpenAI's Chat Completions spells it; unknown fields are kept out of the way. */
export interface ChatMessage {
  role: "system" | "developer" | "user" | "assistant" | "tool";
  content?: string | null | readonly { type: string; text?: string }[];
  tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
  name?: string;
}

/** A function the caller offers to the model; `parameters` is a JSON schema. */
export interface ChatTool {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
}

/** What the stub knows when it decides on a reply: one request for a completion, whichever API it came by. */
export interface ChatTurn {
  /** Counts completions since the server started, from 0. */
  index: number;
  model: string;
  messages: readonly ChatMessage[];
  tools: readonly ChatTool[];
  stream: boolean;
  /** A number in [0, 1) that depends on the seed and `index` alone. */
  random: number;
}

/** A tool call in a reply. `id` is derived from the turn unless told. */
export interface ScriptedToolCall {
  id?: string;
  name: string;
  arguments: Record<string, unknown>;
}

/** Token counts as the stub reports them; `inputTokens` includes `cachedTokens`, `outputTokens` includes `reasoningTokens`. */
export interface ScriptedUsage {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}

/** How slowly a reply comes, in milliseconds. */
export interface StubLatency {
  /** Before the response, or before the first chunk of a stream. */
  firstChunkMs?: number;
  /** Between two chunks of a stream. */
  chunkMs?: number;
}

/** What the model answers to one request: text, tool calls, or trouble. */
export interface ScriptedReply {
  text?: string;
  /** Sent as `reasoning_content`, before the text. */
  reasoning?: string;
  toolCalls?: readonly ScriptedToolCall[];
  /** Derived from text and tool calls unless told. */
  finishReason?: "stop" | "length" | "tool_calls" | "content_filter";
  /** Counts that replace the estimated ones. */
  usage?: Partial<ScriptedUsage>;
  /** Overrides the server's latency for this reply. */
  latency?: StubLatency;
  /** Answers with an OpenAI error body and this status instead of a completion. */
  error?: { status: number; message: string; type?: string; code?: string; retryAfterSeconds?: number };
  /** `malformed-json` answers 200 with a body that does not parse; `cut-off` drops the connection half-way. */
  fault?: "malformed-json" | "cut-off";
}

/**
 * The stub's behaviour: a list answered in order (its last entry repeats), or a function of the turn.
 * A function that returns `undefined` leaves the turn to the default brain.
 */
export type StubScript = readonly ScriptedReply[] | ((turn: ChatTurn) => ScriptedReply | undefined);

/** The text of a message's content, whichever of its two forms it has. */
export function textOf(message: ChatMessage | undefined): string {
  const content = message?.content;
  if (typeof content === "string") return content;
  if (!content) return "";
  return content.map((part) => part.text ?? "").join("");
}
