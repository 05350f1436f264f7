import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageSchema } from "../../telemetry-contract.ts";
import { readFlattenedList } from "./flattened-list.ts";
import { createFacts, DIALECTS, readMessages, readSpanFacts } from "./registry.ts";
import { testSpan } from "./testing/otlp-json.ts";
import { toldFacts } from "./testing/told-facts.ts";

const names = ["", "no such dialect", ...DIALECTS.map((dialect) => dialect.name)];

/** Keys that dialects ask for, so that arbitrary values reach every reader. */
const key = fc.oneof(
  fc.constantFrom(
    ...DIALECTS.flatMap((dialect) => dialect.contentKeys).map((name) =>
      name.endsWith(".") ? `${name}0.message.content` : name,
    ),
    "openinference.span.kind",
    "ai.operationId",
    "operation.name",
    "gen_ai.operation.name",
    "gen_ai.response.finish_reasons",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "llm.token_count.total",
    "ai.usage.inputTokens",
    "metadata",
    "llm.input_messages.0.message.tool_calls.0.tool_call.function.name",
    "llm.input_messages.0.message.contents.0.message_content.type",
    "gen_ai.prompt.0.tool_calls.0.arguments",
    "langsmith.span.kind",
    "gen_ai.usage.input_token_details",
    "traceloop.span.kind",
    "agent_name",
    "tag.tags",
    "langsmith.span.tags",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens",
    "gen_ai.usage.details.input_audio_tokens",
    "gen_ai.usage.details.output_audio_tokens",
    "ai.response.providerMetadata",
    "operation.cost",
    "__proto__",
  ),
  fc.string(),
);

/** Objects shaped like messages, with arbitrary values in the places that readers look at. */
const messageLike = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.jsonValue(),
    tie("record"),
    fc.array(tie("record"), { maxLength: 3 }),
  ),
  record: fc.dictionary(
    fc.constantFrom(
      ...["role", "content", "parts", "type", "text", "tool_calls", "function", "name", "arguments", "id"],
      ...["messages", "choices", "message", "output", "input", "prompt", "system", "lc", "kwargs", "result"],
      ...["generations", "outputs", "content", "contents", "additional_kwargs", "config", "args"],
      ...["response", "source", "url", "data", "image_url", "file", "functionCall", "summary", "value"],
    ),
    fc.oneof(
      fc.constantFrom(
        "text",
        "tool_call",
        "tool-result",
        "image",
        "blob",
        "file",
        "function_call",
        "reasoning",
      ),
      tie("value"),
    ),
    { maxKeys: 6 },
  ),
})).value;

const value = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  messageLike,
  messageLike.map((shape) => JSON.stringify(shape)),
  messageLike.map((shape) => JSON.stringify(shape).slice(0, -2)),
);
const attributes = fc.dictionary(key, value, { maxKeys: 12 });
const eventName = fc.constantFrom(
  "gen_ai.user.message",
  "gen_ai.assistant.message",
  "gen_ai.tool.message",
  "gen_ai.choice",
  "gen_ai.content.prompt",
  "gen_ai.client.inference.operation.details",
  "exception",
  "LLMChatStartEvent",
  "LLMCompletionStartEvent",
  "AgentToolCallEvent",
  "RetrievalStartEvent",
);
const eventAttributes = fc.dictionary(
  fc.constantFrom(
    ...["content", "message", "tool_calls", "role", "id", "gen_ai.event.content", "gen_ai.prompt"],
    ...["messages", "prompt", "tool.name", "arguments", "model_dict.model", "str_or_query_bundle"],
  ),
  value,
);
const events = fc.array(fc.record({ name: eventName, attributes: eventAttributes }), { maxLength: 3 });
const operation = fc.constantFrom("", "chat", "execute_tool", "retrieval");
const scope = fc.constantFrom(
  "",
  "langsmith",
  "gcp.vertex.agent",
  "pydantic-ai",
  "logfire.openai",
  "llamaindex.opentelemetry.tracer",
  "opentelemetry.instrumentation.crewai",
  "openinference.instrumentation.openai_agents",
);

describe("spans of strangers", () => {
  it("never make reading fail, and always read as valid messages", () => {
    fc.assert(
      fc.property(
        attributes,
        events,
        operation,
        scope,
        fc.constantFrom(...names),
        (given, happened, op, scopeName, name) => {
          const span = testSpan({
            attributes: given,
            events: happened,
            operation: op,
            scopeName,
            statusCode: 2,
          });
          const facts = createFacts();
          readSpanFacts(span.view, facts);
          for (const fact of Object.values(toldFacts(facts)).flat()) {
            expect(typeof fact === "string" || (Number.isFinite(fact) && fact >= 0)).toBe(true);
          }
          const { input, output } = readMessages(name, span.stored);
          for (const message of [...input, ...output]) messageSchema.parse(message);
          JSON.stringify([input, output]);
        },
      ),
      { numRuns: 2_000 },
    );
  }, 60_000);

  it("cannot overflow the stack with nesting", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const object = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    for (const text of [deep, object, JSON.stringify([{ role: "user", content: [] }]).replace("[]", deep)]) {
      const span = testSpan({ attributes: { "gen_ai.input.messages": text, "input.value": text } });
      for (const name of names) {
        expect(readMessages(name, span.stored).input).toEqual([{ role: "user", content: text }]);
      }
    }
  });

  it("cannot overflow the stack with nesting that arrives parsed", () => {
    let deep: unknown = "x";
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const stored = { ...testSpan({}).stored, attributes: { "gen_ai.input.messages": deep } };
    expect(JSON.stringify(readMessages("otel_genai", stored)).length).toBeLessThan(200);
  });

  it("cannot pollute a prototype", () => {
    const polluting = '{"__proto__":{"polluted":true},"role":"user","content":"hi"}';
    const span = testSpan({
      attributes: {
        "gen_ai.input.messages": `[${polluting}]`,
        "llm.input_messages.0.__proto__": polluting,
        "llm.input_messages.__proto__.message.role": "user",
        "llm.input_messages.0.message.contents.0.message_content.__proto__": polluting,
      },
    });
    for (const name of names) readMessages(name, span.stored);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("cannot claim huge or odd indices in flattened lists", () => {
    const list = readFlattenedList(
      {
        "l.0.a": 1,
        "l.10000.a": 2,
        "l.10001.a": 3,
        "l.99999999999999999999.a": 4,
        "l.-1.a": 5,
        "l.1e3.a": 6,
        "l..a": 7,
        "l.00007.a": 8,
        "l.5": 9,
      },
      "l.",
    );
    expect(list.map((item) => item.a ?? item[""])).toEqual([1, 9, 8, 2]);
  });

  it("are read in time that grows with their size, not its square", () => {
    const many: Record<string, unknown> = {};
    for (let index = 0; index < 10_000; index++) {
      many[`llm.input_messages.${index}.message.role`] = "user";
      many[`llm.input_messages.${index}.message.content`] = "hi";
      many[`llm.input_messages.${index}.message.tool_calls.0.tool_call.id`] = "c";
    }
    const started = performance.now();
    expect(readMessages("openinference", testSpan({ attributes: many }).stored).input.length).toBe(10_000);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
