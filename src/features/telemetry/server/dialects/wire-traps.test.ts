import { describe, expect, it } from "vitest";
import { readJsonTraces } from "#features/ingest/server/index.ts";
import type { SpanFacts } from "./dialect.ts";
import { createFacts, readMessages, readSpanFacts } from "./registry.ts";
import { testSpan } from "./testing/otlp-json.ts";
import { toldFacts } from "./testing/told-facts.ts";

const NOW = Date.UTC(2026, 10, 21);
const NOW_NS = `${BigInt(NOW) * 1_000_000n}`;
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";

interface WireReading {
  facts: Partial<SpanFacts>;
  hasParent: boolean;
  traceId: string;
  endsBeforeStart: boolean;
}

/** What ingest makes of spans as they come over the wire, up to their facts. */
function receive(spans: readonly Record<string, unknown>[]): WireReading[] {
  const full = spans.map((span) => ({
    traceId: TRACE_ID,
    spanId: SPAN_ID,
    name: "chat m",
    startTimeUnixNano: NOW_NS,
    endTimeUnixNano: NOW_NS,
    ...span,
  }));
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: full }] }] });
  const facts = createFacts();
  const readings: WireReading[] = [];
  readJsonTraces(Buffer.from(body), NOW, (view) => {
    readSpanFacts(view, facts);
    const ns = (high: number, low: number) => (BigInt(high) << 32n) | BigInt(low);
    readings.push({
      facts: toldFacts({ ...facts, tags: [...facts.tags] }),
      hasParent: view.hasParent,
      traceId: view.traceId.toString("hex"),
      endsBeforeStart: ns(view.endHigh, view.endLow) < ns(view.startHigh, view.startLow),
    });
  });
  return readings;
}

const attribute = (key: string, value: Record<string, unknown>) => ({ key, value });
const chat = attribute("gen_ai.operation.name", { stringValue: "chat" });
const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");

describe("traps of the wire, up to the facts", () => {
  it.each<[string, unknown]>([
    ["a string", "1200"],
    ["a number", 1200],
    ["{low, high}", { low: 1200, high: 0, unsigned: false }],
  ])("int64 as %s is a count", (_form, intValue) => {
    const [span] = receive([{ attributes: [chat, attribute("gen_ai.usage.input_tokens", { intValue })] }]);
    expect(span?.facts).toMatchObject({ operation: "chat", inputUncached: 1200 });
  });

  it("arrays of attributes are lists", () => {
    const list = (...values: string[]) => ({
      arrayValue: { values: values.map((stringValue) => ({ stringValue })) },
    });
    const [span] = receive([
      {
        attributes: [
          chat,
          attribute("gen_ai.response.finish_reasons", list("stop", "length")),
          attribute("tag.tags", list("a", "b")),
        ],
      },
    ]);
    expect(span?.facts).toMatchObject({ finishReason: "stop", tags: ["a", "b"] });
  });

  it("ids in base64 are the ids in hexadecimal", () => {
    const ids = { traceId: base64(TRACE_ID), spanId: base64(SPAN_ID), parentSpanId: base64(SPAN_ID) };
    expect(receive([ids])).toMatchObject([{ traceId: TRACE_ID, hasParent: true }]);
  });

  it.each<[string, unknown]>([
    ["an empty text", ""],
    ["zeros", "0000000000000000"],
    ["null", null],
    ["left out", undefined],
  ])("an empty parent id (%s) makes a root, so an MCP server's call counts", (_form, parentSpanId) => {
    const call = {
      parentSpanId,
      kind: 2,
      attributes: [attribute("mcp.method.name", { stringValue: "tools/call" })],
    };
    expect(receive([call])).toMatchObject([{ hasParent: false, facts: { operation: "execute_tool" } }]);
  });

  it.each<[string, unknown, unknown]>([
    ["no start", undefined, NOW_NS],
    ["a start of zero", "0", NOW_NS],
    ["no end", NOW_NS, undefined],
    ["an end of zero", NOW_NS, "0"],
  ])("missing or zero times (%s) cost no span", (_form, startTimeUnixNano, endTimeUnixNano) => {
    const spans = receive([{ startTimeUnixNano, endTimeUnixNano, attributes: [chat] }]);
    expect(spans).toMatchObject([{ facts: { operation: "chat" }, endsBeforeStart: false }]);
  });

  it("__proto__ keys are only keys", () => {
    const polluting = { kvlistValue: { values: [attribute("polluted", { boolValue: true })] } };
    const [span] = receive([
      {
        attributes: [
          chat,
          attribute("__proto__", polluting),
          attribute("llm.input_messages.0.__proto__", polluting),
        ],
      },
    ]);
    expect(span?.facts.operation).toBe("chat");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("huge indices in flattened lists make no huge list", () => {
    const { stored } = testSpan({
      attributes: {
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "Hi",
        "gen_ai.prompt.999999999.content": "x",
        "gen_ai.prompt.10001.content": "x",
      },
    });
    expect(readMessages("otel_genai", stored).input).toEqual([{ role: "user", content: "Hi" }]);
  });

  it("logs on the traces path are refused with their path, and cost no span beside them", () => {
    const span = {
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      name: "n",
      startTimeUnixNano: NOW_NS,
      endTimeUnixNano: NOW_NS,
    };
    const body = {
      resourceSpans: [{ scopeSpans: [{ spans: [span] }] }],
      resourceLogs: [{ scopeLogs: [{ logRecords: [{}, {}] }] }],
    };
    const outcome = readJsonTraces(Buffer.from(JSON.stringify(body)), NOW, () => {});
    expect(outcome).toMatchObject({ accepted: 1, rejected: 2 });
    expect([...outcome.reasons.keys()].join()).toContain("/v1/logs");
  });

  it("children first and orphan roots read as they would in order", () => {
    const parent = { spanId: "00f067aa0ba902b7", name: "invoke_agent a", attributes: [] };
    const child = {
      parentSpanId: parent.spanId,
      attributes: [chat, attribute("gen_ai.usage.input_tokens", { intValue: "5" })],
    };
    const [childFirst] = receive([child, parent]);
    const [, childLast] = receive([parent, child]);
    const [orphan] = receive([child]);
    expect(childFirst).toEqual(childLast);
    expect(orphan).toEqual(childLast);
  });
});
