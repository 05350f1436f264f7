import { seededRandom } from "#features/ingest/server/otlp/testing/gen-ai-batch.ts";
import type { AttributesInput, SpanInput } from "#features/ingest/server/otlp/testing/otlp-encoder.ts";

/** How a producer writes the messages of a call. */
export type Writing = "otel" | "openinference" | "vercel";
export const WRITINGS: readonly Writing[] = ["otel", "openinference", "vercel"];

interface Said {
  role: "system" | "user" | "assistant" | "tool";
  text: string;
}

const SYLLABLES =
  "ka lo mi ren ta su vo pel dra nim qu est or fan bil zet ham ig nu po ther wil cas ed".split(" ");
const STEP_NS = 2_000_000_000n;
const TOOL_CALLS_PER_TURN = 3;
const SPANS_PER_TURN = 2 * TOOL_CALLS_PER_TURN + 1;

/**
 * One run of an agent over so many turns: a system prompt of 4 kB; each turn a question, three calls of the model
 * that answer with a tool call, the tools' results of about 3 kB, and a call that answers. Every call carries the
 * whole conversation so far: 100,000 tokens after 40 turns. Words are made up, so that compression finds no more in them than in any language.
 */
export function longAgentRun(writing: Writing, turns: number, seed: number, nowMs: number): SpanInput[] {
  const random = seededRandom(seed);
  const hex = (bytes: number) =>
    Array.from({ length: bytes }, () =>
      Math.floor(random() * 255 + 1)
        .toString(16)
        .padStart(2, "0"),
    ).join("");
  const traceId = hex(16);
  const rootId = hex(8);
  const history: Said[] = [{ role: "system", text: prose(random, 4_000) }];
  const firstNs = BigInt(nowMs) * 1_000_000n - STEP_NS * BigInt(turns * SPANS_PER_TURN);
  const spans: SpanInput[] = [];
  const add = (name: string, attributes: AttributesInput, parentSpanId = rootId) => {
    const startNs = firstNs + STEP_NS * BigInt(spans.length);
    spans.push({
      traceId,
      spanId: hex(8),
      parentSpanId,
      name,
      kind: 1,
      startNs,
      endNs: startNs + STEP_NS,
      attributes,
    });
  };
  for (let turn = 0; turn < turns; turn++) {
    history.push({ role: "user", text: prose(random, 200) });
    for (let call = 0; call < TOOL_CALLS_PER_TURN; call++) {
      const answer = `call search ${prose(random, 60)}`;
      const result = prose(random, 3_000);
      add("chat model-x", callAttributes(writing, history, answer));
      add("execute_tool search", toolAttributes(writing, answer, result));
      history.push({ role: "assistant", text: answer }, { role: "tool", text: result });
    }
    const answer = prose(random, 600);
    add("chat model-x", callAttributes(writing, history, answer));
    history.push({ role: "assistant", text: answer });
  }
  return [
    {
      traceId,
      spanId: rootId,
      name: "invoke_agent",
      kind: 1,
      startNs: firstNs,
      endNs: firstNs + STEP_NS * BigInt(spans.length),
    },
    ...spans,
  ];
}

function callAttributes(writing: Writing, history: readonly Said[], answer: string): AttributesInput {
  if (writing === "otel") {
    const message = ({ role, text }: Said) => ({ role, parts: [{ type: "text", content: text }] });
    return {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "model-x",
      "gen_ai.system_instructions": JSON.stringify([{ type: "text", content: history[0]!.text }]),
      "gen_ai.input.messages": JSON.stringify(history.slice(1).map(message)),
      "gen_ai.output.messages": JSON.stringify([
        { ...message({ role: "assistant", text: answer }), finish_reason: "stop" },
      ]),
    };
  }
  if (writing === "vercel") {
    const messages = history.slice(1).map(({ role, text }) => ({ role, content: [{ type: "text", text }] }));
    return {
      "operation.name": "ai.generateText.doGenerate",
      "ai.operationId": "ai.generateText.doGenerate",
      "ai.model.id": "model-x",
      "ai.prompt": JSON.stringify({ system: history[0]!.text, messages }),
      "ai.prompt.messages": JSON.stringify([{ role: "system", content: history[0]!.text }, ...messages]),
      "ai.response.text": answer,
    };
  }
  const flattened: Record<string, string> = {};
  for (const [i, { role, text }] of history.entries()) {
    flattened[`llm.input_messages.${i}.message.role`] = role;
    flattened[`llm.input_messages.${i}.message.content`] = text;
  }
  return {
    "openinference.span.kind": "LLM",
    "llm.model_name": "model-x",
    "input.value": JSON.stringify({ messages: history.map(({ role, text }) => ({ role, content: text })) }),
    "output.value": answer,
    "llm.output_messages.0.message.role": "assistant",
    "llm.output_messages.0.message.content": answer,
    ...flattened,
  };
}

function toolAttributes(writing: Writing, call: string, result: string): AttributesInput {
  if (writing === "otel") {
    return {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "search",
      "gen_ai.tool.call.arguments": JSON.stringify({ query: call }),
      "gen_ai.tool.call.result": result,
    };
  }
  if (writing === "vercel") {
    return {
      "operation.name": "ai.toolCall",
      "ai.operationId": "ai.toolCall",
      "ai.toolCall.name": "search",
      "ai.toolCall.args": JSON.stringify({ query: call }),
      "ai.toolCall.result": JSON.stringify(result),
    };
  }
  return {
    "openinference.span.kind": "TOOL",
    "tool.name": "search",
    "input.value": JSON.stringify({ query: call }),
    "output.value": result,
  };
}

/** Made-up words of about so many characters. */
function prose(random: () => number, characters: number): string {
  let text = "";
  while (text.length < characters) {
    const syllables = 1 + Math.floor(random() * 3);
    for (let i = 0; i < syllables; i++) text += SYLLABLES[Math.floor(random() * SYLLABLES.length)];
    text += random() < 0.1 ? ". " : " ";
  }
  return text.trimEnd();
}
