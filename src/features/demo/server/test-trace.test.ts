import { describe, expect, it } from "vitest";
import { buildTestTrace } from "./test-trace.ts";

describe("the test trace", () => {
  const now = Date.UTC(2026, 10, 21);
  const spans = buildTestTrace(now).resourceSpans[0]!.scopeSpans[0]!.spans;

  it("is one agent run with two model calls and a tool call, ending now", () => {
    expect(spans.map((span) => span.name)).toEqual([
      "chat gpt-4o-mini",
      "execute_tool checkConnection",
      "chat gpt-4o-mini",
      "invoke_agent test-agent",
    ]);
    const root = spans.at(-1)!;
    expect(root.parentSpanId).toBeUndefined();
    expect(root.endTimeUnixNano).toBe(`${now}000000`);
    expect(spans.slice(0, -1).every((span) => span.parentSpanId === root.spanId)).toBe(true);
  });

  it("is written as OTLP/JSON wants it", () => {
    for (const span of spans) {
      expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(BigInt(span.endTimeUnixNano)).toBeGreaterThan(BigInt(span.startTimeUnixNano));
    }
    expect(spans[0]!.kind).toBe(3);
    expect(spans[0]!.attributes).toContainEqual({
      key: "gen_ai.usage.output_tokens",
      value: { intValue: expect.stringMatching(/^\d+$/) },
    });
  });

  it("has ids of its own each time", () => {
    expect(buildTestTrace(now).resourceSpans[0]!.scopeSpans[0]!.spans[0]!.traceId).not.toBe(
      spans[0]!.traceId,
    );
  });
});
