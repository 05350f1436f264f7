import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportOfPaste } from "./pasted-span.ts";

const NOW_MS = 1_763_700_000_000;
const read = (text: string) => JSON.parse(exportOfPaste(text, NOW_MS)).resourceSpans[0];

describe("a pasted span", () => {
  it("may be an OTLP export, which stays as it is", () => {
    const text = '{"resourceSpans": []}';
    expect(exportOfPaste(text, NOW_MS)).toBe(text);
  });

  it("may be an object of attributes", () => {
    const { scopeSpans } = read(
      '{"a": "text", "b": 2, "c": 0.5, "d": true, "e": ["x"], "f": {"g": 1}, "h": null}',
    );
    expect(scopeSpans[0].spans[0]).toMatchObject({
      name: "pasted span",
      attributes: [
        { key: "a", value: { stringValue: "text" } },
        { key: "b", value: { intValue: "2" } },
        { key: "c", value: { doubleValue: 0.5 } },
        { key: "d", value: { boolValue: true } },
        { key: "e", value: { arrayValue: { values: [{ stringValue: "x" }] } } },
        { key: "f", value: { kvlistValue: { values: [{ key: "g", value: { intValue: "1" } }] } } },
        { key: "h", value: {} },
      ],
    });
  });

  it("may be one as this API shows it, with its resource and scope", () => {
    const span = read(
      JSON.stringify({
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
        span_id: "00f067aa0ba902b7",
        name: "chat",
        attributes: { "gen_ai.request.model": "m" },
        resource_attributes: { "service.name": "shop" },
        scope: { name: "lib", version: "1" },
      }),
    );
    expect(span.resource.attributes).toEqual([{ key: "service.name", value: { stringValue: "shop" } }]);
    expect(span.scopeSpans[0].scope).toEqual({ name: "lib" });
    expect(span.scopeSpans[0].spans[0]).toMatchObject({
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      spanId: "00f067aa0ba902b7",
      name: "chat",
    });
  });

  it("may be one of OTLP, with its attributes as a list, or several", () => {
    const one = { name: "a", attributes: [{ key: "k", value: { stringValue: "v" } }] };
    expect(read(JSON.stringify(one)).scopeSpans[0].spans[0].attributes).toEqual(one.attributes);
    expect(read(JSON.stringify([one, one])).scopeSpans[0].spans).toHaveLength(2);
  });

  it.each(["", "{", "[1]", '"text"', "null", "7"])("is refused with a sentence when it is %j", (text) => {
    expect(() => exportOfPaste(text, NOW_MS)).toThrow(/not a span as JSON/);
  });

  it("never fails otherwise, whatever it holds", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
        expect(read(JSON.stringify(given)).scopeSpans[0].spans).toHaveLength(1);
      }),
    );
  });
});
