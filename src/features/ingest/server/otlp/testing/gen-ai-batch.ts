import type { AttributesInput, ResourceSpansInput, SpanInput } from "./otlp-encoder.ts";

/** What to make; the same options give the same traces. */
export interface GenAiBatchOptions {
  traces: number;
  /** Spans per trace: one agent span, then chat and tool spans in turn below it. */
  spansPerTrace: number;
  seed: number;
  /** When the last span ends, in milliseconds since 1970. */
  nowMs: number;
}

const MODELS = ["gpt-4o-mini", "gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash"];
const PROVIDERS = ["openai", "openai", "anthropic", "gcp.gemini"];
const AGENTS = ["support-triage", "invoice-reader", "release-notes", "travel-planner"];
const TOOLS = ["search_documents", "get_weather", "run_sql", "send_email"];
const WORDS =
  "the order was shipped on Tuesday and arrives within three days please check the tracking page for details if nothing moves we will refund you at once".split(
    " ",
  );
const RESOURCE: AttributesInput = {
  "service.name": "agent-runtime",
  "service.version": "2.4.1",
  "deployment.environment.name": "production",
  "telemetry.sdk.language": "python",
  "telemetry.sdk.name": "opentelemetry",
  "telemetry.sdk.version": "1.39.0",
  "host.name": "worker-7",
  "process.pid": 4711,
};

/** Stands in every message and tool payload of a trace; replace it to make the content new. */
export const CONTENT_MARK = "mark0000";

/**
 * Traces as an instrumented agent makes them: each is agent → chat → tool, by OTel's GenAI conventions. A chat's
 * input is the whole conversation so far, as agents send it: it grows by an answer and a tool's result each time.
 * Encode them with `encodeTraces`.
 */
export function genAiTraces(options: GenAiBatchOptions): ResourceSpansInput[] {
  const random = seededRandom(options.seed);
  const spans: SpanInput[] = [];
  for (let trace = 0; trace < options.traces; trace++) spans.push(...oneTrace(options, random));
  return [
    {
      resource: RESOURCE,
      schemaUrl: "https://opentelemetry.io/schemas/1.41.0",
      scopeSpans: [{ scope: { name: "opentelemetry.instrumentation.genai", version: "2.1b0" }, spans }],
    },
  ];
}

function oneTrace(options: GenAiBatchOptions, random: () => number): SpanInput[] {
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)]!;
  const hex = (bytes: number) => {
    let id = "";
    while (id.length < bytes * 2)
      id += (Math.floor(random() * 0xffff) + 1).toString(16).padStart(4, "0").slice(-4);
    return id;
  };
  const traceId = hex(16);
  const rootId = hex(8);
  const agent = pick(AGENTS);
  const shared: AttributesInput = {
    "gen_ai.conversation.id": `conv_${hex(8)}`,
    "gen_ai.agent.name": agent,
    "gen_ai.agent.id": `agent_${agent}`,
    "session.id": hex(8),
    "user.id": `user-${Math.floor(random() * 5000)}`,
    "thread.id": Math.floor(random() * 64),
    "thread.name": "asyncio_0",
  };
  const stepNs = 40_000_000n;
  const endNs = BigInt(options.nowMs) * 1_000_000n - BigInt(Math.floor(random() * 1e9));
  const startNs = endNs - stepNs * BigInt(options.spansPerTrace + 1);
  const spans: SpanInput[] = [
    {
      traceId,
      spanId: rootId,
      name: `invoke_agent ${agent}`,
      kind: 1,
      startNs,
      endNs,
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        ...shared,
        "input.value": `${CONTENT_MARK} ${words(random, 30)}`,
      },
    },
  ];
  const history: unknown[] = [text("user", words(random, 40))];
  let parent = rootId;
  for (let i = 1; i < options.spansPerTrace; i++) {
    const begin = startNs + stepNs * BigInt(i);
    const spanId = hex(8);
    const placed = { traceId, spanId, startNs: begin, endNs: begin + stepNs - 1_000_000n };
    if (i % 2 === 1) {
      spans.push({ ...placed, parentSpanId: rootId, ...chat(random, shared, hex(12), agent, history) });
      parent = spanId;
    } else {
      const call = toolCall(random, shared, pick(TOOLS), hex(12));
      spans.push({ ...placed, parentSpanId: parent, ...call });
      history.push({
        role: "tool",
        parts: [{ type: "tool_call_response", response: call.attributes["gen_ai.tool.call.result"] }],
      });
    }
  }
  return spans;
}

/** Adds its answer to the history. */
function chat(random: () => number, shared: AttributesInput, id: string, agent: string, history: unknown[]) {
  const input = JSON.stringify(history);
  const answer = text("assistant", words(random, 40));
  history.push(answer);
  const which = Math.floor(random() * MODELS.length);
  const model = MODELS[which]!;
  const failed = random() < 0.02;
  return {
    name: `chat ${model}`,
    kind: 3,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": PROVIDERS[which]!,
      "gen_ai.request.model": model,
      "gen_ai.request.temperature": 0.2,
      "gen_ai.request.max_tokens": 1024,
      "gen_ai.request.top_p": 0.95,
      "gen_ai.response.model": model,
      "gen_ai.response.id": `resp_${id}`,
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 300 + Math.floor(random() * 4000),
      "gen_ai.usage.output_tokens": 20 + Math.floor(random() * 600),
      "gen_ai.usage.cache_read.input_tokens": Math.floor(random() * 300),
      "gen_ai.usage.reasoning.output_tokens": Math.floor(random() * 20),
      "server.address": "api.openai.com",
      "server.port": 443,
      ...shared,
      "gen_ai.system_instructions": JSON.stringify([
        {
          type: "text",
          content: `You are ${agent}. Answer briefly, use your tools, and never promise a refund.`,
        },
      ]),
      "gen_ai.input.messages": input,
      "gen_ai.output.messages": JSON.stringify([answer]),
    } as AttributesInput,
    ...(failed && { status: { code: 2, message: "Rate limit reached" } }),
  };
}

function toolCall(random: () => number, shared: AttributesInput, tool: string, id: string) {
  return {
    name: `execute_tool ${tool}`,
    kind: 1,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": tool,
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": `call_${id}`,
      ...shared,
      "gen_ai.tool.call.arguments": JSON.stringify({
        query: `${CONTENT_MARK} ${words(random, 12)}`,
        limit: 10,
      }),
      "gen_ai.tool.call.result": JSON.stringify({
        rows: [`${CONTENT_MARK} ${words(random, 25)}`, words(random, 25)],
      }),
    } as AttributesInput,
  };
}

/** A chat message by OTel's conventions. */
function text(role: string, content: string) {
  return { role, parts: [{ type: "text", content: `${CONTENT_MARK} ${content}` }] };
}

function words(random: () => number, count: number): string {
  let text = "";
  for (let i = 0; i < count; i++) text += `${WORDS[Math.floor(random() * WORDS.length)]} `;
  return text.trimEnd();
}

/** Mulberry32: numbers from 0 to 1 that are the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
