import { describe, expect, it } from "vitest";
import type { SpanDetail } from "../../trace-contract.ts";
import { otlpJson, unixNano } from "./otlp-json.ts";
import { testSpan } from "./testing/test-spans.ts";

describe("a span as OTLP/JSON", () => {
  it.each([
    ["2026-11-21T09:00:00.123456789Z", "1795251600123456789"],
    ["2026-11-21T09:00:00Z", "1795251600000000000"],
    ["never", "0"],
  ])("keeps every nanosecond of %s", (time, expected) => {
    expect(unixNano(time)).toBe(expected);
  });

  it("has typed values, the scope, the status and the resource", () => {
    const span: SpanDetail = {
      ...testSpan("a1", "b2", 0, 10, { status: "error", kind: "client" }),
      attributes: { model: "gpt", retries: 3, share: 0.5, stream: true, tags: ["a"], extra: { deep: "x" } },
      resource_attributes: { "service.name": "api" },
      scope: { name: "lib", version: "1" },
      dialect: "",
      status_message: "It broke.",
      trace_state: "",
      finish_reason: "",
      events: [{ time: "2026-01-01T00:00:00.000000001Z", name: "retry", attributes: {} }],
      links: [],
      input_messages: [],
      output_messages: [],
    };
    const written = JSON.parse(JSON.stringify(otlpJson([span])));
    const [group] = written.resourceSpans;
    expect(group.resource.attributes).toEqual([{ key: "service.name", value: { stringValue: "api" } }]);
    const [one] = group.scopeSpans[0].spans;
    expect(one).toMatchObject({ kind: 3, parentSpanId: "b2", status: { code: 2, message: "It broke." } });
    expect(one.events[0].timeUnixNano).toBe("1767225600000000001");
    expect(one.attributes.map((each: { value: object }) => each.value)).toEqual([
      { stringValue: "gpt" },
      { intValue: "3" },
      { doubleValue: 0.5 },
      { boolValue: true },
      { arrayValue: { values: [{ stringValue: "a" }] } },
      { kvlistValue: { values: [{ key: "deep", value: { stringValue: "x" } }] } },
    ]);
  });
});
