import { describe, expect, it } from "vitest";
import { SNIPPETS } from "./index.ts";
import { KEY_PLACEHOLDER } from "./snippet.ts";

const values = { endpoint: "http://127.0.0.1:4318", api: "http://127.0.0.1:8000", key: "fd_test_123" };
const textOf = (id: string) =>
  SNIPPETS.find((snippet) => snippet.id === id)!
    .steps(values)
    .map((step) => step.code)
    .join("\n");

describe("connect snippets", () => {
  it.each(SNIPPETS.map((snippet) => snippet.id))(
    "%s holds an address and the key, and no placeholder",
    (id) => {
      expect([values.endpoint, values.api].some((address) => textOf(id).includes(address))).toBe(true);
      expect(textOf(id)).toContain(values.key);
      expect(textOf(id)).not.toContain(KEY_PLACEHOLDER);
    },
  );

  it("curl sends valid OTLP/JSON once the shell has filled in its variables", () => {
    const body = /<<JSON\n([\s\S]*)\nJSON/
      .exec(textOf("curl"))![1]!
      .replace("$TRACE_ID", "0".repeat(31).concat("1"))
      .replace("$SPAN_ID", "0".repeat(15).concat("1"))
      .replaceAll(/\$\{NOW\}/g, "1763730000");
    const span = JSON.parse(body).resourceSpans[0].scopeSpans[0].spans[0];
    expect(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)).toBe(850_000_000n);
  });

  it("only the curl snippet spells out /v1/traces, which exporters append themselves", () => {
    expect(SNIPPETS.filter((snippet) => textOf(snippet.id).includes("/v1/traces")).map((s) => s.id)).toEqual([
      "curl",
    ]);
  });
});
