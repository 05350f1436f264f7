import type { Message, TokenUsage } from "#features/telemetry/telemetry-contract.ts";
import type { Thread, ThreadMessage } from "../session-contract.ts";

/** What a thread needs of a call of a model. */
export interface ThreadCall {
  trace_id: string;
  span_id: string;
  start_time: string;
  agent: string;
  model: string;
  usage: TokenUsage;
  input_messages: readonly Message[];
  output_messages: readonly Message[];
}

/** What makes two messages the same; why a model stopped is told of an answer, not of its repetition. */
function identity({ role, content, tool_calls, tool_call_id }: Message): string {
  const text =
    typeof content === "string"
      ? content
      : content.length > 0 && content.every((part) => part.type === "text")
        ? content.map((part) => part.text).join("\n")
        : JSON.stringify(content.filter((part) => part.type !== "reasoning"));
  const calls = tool_calls?.map((call) => [call.id, call.name]) ?? [];
  return JSON.stringify([role, text, calls, tool_call_id ?? ""]);
}

/**
 * One conversation out of calls in order of time. Every call of an agent tells the model all that was said
 * before; a message counts as repeated when earlier calls had it as often as this call has it so far, so that
 * someone who says "yes" twice is heard twice. Calls that other calls wrap tell the same and fold too.
 */
export function foldThread(calls: readonly ThreadCall[], truncated = false): Thread {
  /** How often the thread has each message. */
  const known = new Map<string, number>();
  const messages: ThreadMessage[] = [];
  let repeated = 0;
  for (const call of calls) {
    const seen = new Map<string, number>();
    const take = (message: Message, output: boolean, usage: TokenUsage | null): boolean => {
      const id = identity(message);
      const nth = (seen.get(id) ?? 0) + 1;
      seen.set(id, nth);
      if (nth <= (known.get(id) ?? 0)) {
        repeated++;
        return false;
      }
      known.set(id, nth);
      const { trace_id, span_id, start_time: time, agent, model } = call;
      messages.push({ message, trace_id, span_id, time, agent, model, output, usage });
      return true;
    };
    for (const message of call.input_messages) take(message, false, null);
    let usage: TokenUsage | null = call.usage;
    for (const message of call.output_messages) if (take(message, true, usage)) usage = null;
  }
  return { messages, repeated, truncated };
}
