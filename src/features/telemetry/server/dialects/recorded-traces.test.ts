import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Message, messageSchema } from "../../telemetry-contract.ts";
import type { SpanFacts, SpanMessages } from "./dialect.ts";
import { createFacts, readMessages, readSpanFacts } from "./registry.ts";
import {
  compareMessages,
  type ExpectedFile,
  type ExpectedMessage,
  type Verdict,
} from "./testing/expected-messages.ts";
import { spansOfOtlpJson, type TestSpan, testSpan } from "./testing/otlp-json.ts";
import { filesIn, readJson, testDataFolder } from "./testing/test-data.ts";

const data = testDataFolder();
const fixtures = join(import.meta.dirname, "fixtures");

/** Scopes of spans that recorded no GenAI attributes: wrappers of an SDK, an HTTP request. */
const NOT_GENAI = ["langfuse-sdk", "support-desk"];

/** How many sides (input or output of a span) each file tells what a reader should find. */
const SIDES: Record<string, number> = {
  "agno-2025-06-11.otlp.json": 5,
  "beeai-2025-08-01.otlp.json": 13,
  "claude-agent-2025-12-22.otlp.json": 7,
  "google-gemini-2025-08-01.otlp.json": 2,
  "koog-2025-08-26.otlp.json": 4,
  "llamaindex-2025-06-05.otlp.json": 0,
  "openai-agents-2025-09-30.otlp.json": 4,
  "pydantic-ai-tools-2025-12-04.otlp.json": 12,
  "vercel-aisdk-2025-11-17.otlp.json": 4,
};

/** A side where more is read than the file expects, by span id and side, and what exactly is read there. */
const MORE_THAN_EXPECTED: Record<string, { verdict: Verdict; read(span: TestSpan): Message[] }> = {
  "b38a82eaa62b551e input": { verdict: "expected is empty", read: flattenedInput },
  "ca136de468e156c9 input": { verdict: "expected is empty", read: flattenedInput },
  "02d7769b76595f0b output": { verdict: "expected is empty", read: toolResponse },
  "199eff9980ea8b99 output": { verdict: "expected is empty", read: toolResponse },
  "99ec63d0b5ecdbf5 output": { verdict: "expected is empty", read: toolResponse },
  "90d94774e8e3724d input": { verdict: "equal but for the system prompt", read: systemPrompt },
  "98870087af69bf06 input": { verdict: "equal but for the system prompt", read: systemPrompt },
};

/** The messages of a list that OpenInference flattened into keys, where each holds only text. */
function flattenedInput({ stored: { attributes } }: TestSpan): Message[] {
  const messages: Message[] = [];
  // The recorded list has a gap where a message had no content.
  for (let i = 0; i < 10; i++) {
    if (!(`llm.input_messages.${i}.message.role` in attributes)) continue;
    const field = (name: string) => attributes[`llm.input_messages.${i}.message.${name}`] as string;
    messages.push({ role: field("role"), content: field("content") });
  }
  return messages;
}

/** What Pydantic AI says a tool answered. */
function toolResponse({ stored: { attributes } }: TestSpan): Message[] {
  const [content, name, id] = ["tool_response", "gen_ai.tool.name", "gen_ai.tool.call.id"].map(
    (key) => attributes[key] as string,
  );
  return [{ role: "tool", content: content!, name: name!, tool_call_id: id! }];
}

/** The instructions that OpenInference puts in front of the messages of OpenAI's Agents SDK. */
function systemPrompt({ stored: { attributes } }: TestSpan): Message[] {
  return [{ role: "system", content: attributes["llm.input_messages.0.message.content"] as string }];
}

describe("recorded traces of agent frameworks", () => {
  const folder = data === undefined ? "" : join(data, "otlp");
  const files = data === undefined ? [] : filesIn(folder, ".otlp.json");

  if (data === undefined) it.skip("skipped: data not found", () => {});

  it.each(files)("%s: every GenAI span has an operation, and a model where it names one", (file) => {
    for (const span of spansOfOtlpJson(readJson(join(folder, file)))) expectSensibleFacts(span);
  });

  it.each(files)("%s: attributes that the store holds as text read the same", (file) => {
    for (const { stored } of spansOfOtlpJson(readJson(join(folder, file)))) {
      const asText = Object.entries(stored.attributes).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      const fromText = readMessages("", { ...stored, attributes: Object.fromEntries(asText) });
      expect(fromText).toEqual(readMessages("", stored));
    }
  });

  it("say of as many sides what is expected as they were found to", () => {
    const counts = files.map((file) => [file, expectedSides(folder, file).length]);
    expect(Object.fromEntries(counts)).toEqual(data === undefined ? {} : SIDES);
  });

  const sides = files.flatMap((file) => expectedSides(folder, file));
  it.each(sides)("$file, $name, $side: the messages are those expected", ({ span, side, wanted }) => {
    const read = messagesOf(span)[side];
    const more = MORE_THAN_EXPECTED[`${span.spanId} ${side}`];
    expect(compareMessages(read, wanted)).toBe(more?.verdict ?? "equal");
    if (more?.verdict === "expected is empty") expect(read).toEqual(more.read(span));
    else if (more !== undefined) {
      expect(read.slice(0, -wanted.length)).toEqual(more.read(span));
    }
  });
});

describe("recorded traces of the Vercel AI SDK", () => {
  it.skipIf(data === undefined)("version 6: inner spans carry the usage, outer spans none", () => {
    const spans = vercel6Spans(join(data ?? "", "openinference-vercel-v6/all-spans.json"));
    expect(spans.length).toBe(10);
    const facts = createFacts();
    for (const span of spans) {
      expect(readSpanFacts(span.view, facts)).toBe("vercel_ai_sdk");
      expect([facts.provider, facts.agentName.startsWith("test-")]).toEqual(["openai", true]);
      expect(facts.model).not.toBe("");
      expect(tokens(facts) > 0).toBe(span.view.name.includes(".do"));
      expectValidMessages(span, "vercel_ai_sdk", facts.operation);
    }
  });

  it.each(["vercel-ai-sdk-v7.otlp.json", "vercel-ai-sdk-v7-legacy.otlp.json"])(
    "%s: the sum over a trace is what the agent span reports",
    (file) => {
      const spans = spansOfOtlpJson(readJson(join(fixtures, file)));
      const facts = createFacts();
      let sum = 0;
      let reported = 0;
      for (const span of spans) {
        readSpanFacts(span.view, facts);
        sum += tokens(facts);
        if (facts.operation !== "invoke_agent") continue;
        expect(tokens(facts)).toBe(0);
        const attributes = span.view.attributes;
        reported +=
          (attributes.number("gen_ai.usage.input_tokens") ?? attributes.number("ai.usage.inputTokens") ?? 0) +
          (attributes.number("gen_ai.usage.output_tokens") ??
            attributes.number("ai.usage.outputTokens") ??
            0);
        expect(facts.agentName).toMatch(/-agent$/);
      }
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBe(reported);
    },
  );

  it("version 7 and its compatible mode tell the same conversation", () => {
    const conversations = ["vercel-ai-sdk-v7.otlp.json", "vercel-ai-sdk-v7-legacy.otlp.json"].map((file) =>
      spansOfOtlpJson(readJson(join(fixtures, file)))
        .filter((span) => /^(chat|ai\.\w+\.do)/.test(span.view.name))
        .map((span) => readMessages("vercel_ai_sdk", span.stored).input.map((message) => message.role)),
    );
    expect(conversations[0]).toEqual(conversations[1]);
    expect(conversations[0]?.[2]).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
      "tool",
      "assistant",
      "tool",
    ]);
  });
});

function expectSensibleFacts(span: TestSpan): void {
  const facts = createFacts();
  const dialect = readSpanFacts(span.view, facts);
  const attributes = span.view.attributes;
  const names = attributes.keys.slice(0, attributes.size);
  const scope = span.view.origin.scopeName;
  const isGenAi =
    !NOT_GENAI.includes(scope) &&
    names.some((name) =>
      /^(openinference\.|ai\.operationId|koog\.node\.|gen_ai\.(?!conversation))/.test(name),
    );
  expect([span.view.name, facts.operation !== "", dialect !== ""]).toEqual([
    span.view.name,
    isGenAi,
    isGenAi,
  ]);
  const namesModel = names.some((name) =>
    /^(llm\.model_name|gen_ai\.request\.model|ai\.model\.id)$/.test(name),
  );
  expect([span.view.name, facts.model !== ""]).toEqual([span.view.name, namesModel]);
  expectValidMessages(span, dialect, facts.operation);
}

function expectValidMessages(span: TestSpan, dialect: string, operation: string): void {
  const { input, output } = readMessages(dialect, { ...span.stored, operation });
  for (const message of [...input, ...output]) expect(messageSchema.parse(message)).toEqual(message);
}

interface ExpectedSide {
  file: string;
  name: string;
  span: TestSpan;
  side: "input" | "output";
  wanted: ExpectedMessage[];
}

/** The sides of a recorded trace's spans for which its file of messages holds an expectation. */
function expectedSides(folder: string, file: string): ExpectedSide[] {
  const expected = readJson(join(folder, file.replace(".otlp.", ".messages."))) as ExpectedFile;
  return spansOfOtlpJson(readJson(join(folder, file))).flatMap((span) =>
    (["input", "output"] as const).flatMap((side) => {
      const told = expected[span.spanId]?.[side];
      const name = `${span.view.name} (${span.spanId})`;
      return told?.success === true ? [{ file, name, span, side, wanted: told.data ?? [] }] : [];
    }),
  );
}

function messagesOf({ view, stored }: TestSpan): SpanMessages {
  const facts = createFacts();
  const dialect = readSpanFacts(view, facts);
  return readMessages(dialect, { ...stored, operation: facts.operation });
}

interface SdkSpan {
  name: string;
  spanContext: { spanId: string };
  attributes: Record<string, unknown>;
  events: { name: string; attributes?: Record<string, unknown> }[];
}

function vercel6Spans(path: string): TestSpan[] {
  return (readJson(path) as SdkSpan[]).map((span) => ({
    spanId: span.spanContext.spanId,
    ...testSpan({
      name: span.name,
      scopeName: "ai",
      attributes: span.attributes,
      events: span.events.map((event) => ({ name: event.name, attributes: event.attributes ?? {} })),
    }),
  }));
}

function tokens(facts: SpanFacts): number {
  return facts.inputUncached + facts.cacheRead + facts.cacheWrite + facts.output + facts.reasoning;
}
