import { describe, expect, it } from "vitest";
import { numberAfterKey } from "./number-in-text.ts";

describe("a number after a key in a text", () => {
  it.each([
    ["JSON", '{"a":1,"count":12}', 12],
    ["indented JSON", '{\n  "count": 12\n}', 12],
    ["a printed Python dict", "{'audio': 0, 'count': 12}", 12],
    ["the last of several", '{"count":1,"usage":{"count":12}}', 12],
    ["a key inside a string", JSON.stringify({ text: '"count":9' }), undefined],
    ["a longer key", '{"priority_count":9}', undefined],
    ["mixed quotes", "{'count\":9}", undefined],
    ["a value that is no number", '{"count":"9"}', undefined],
    ["a value instead of a key", '["count",9]', undefined],
    ["a negative number", '{"count":-9}', undefined],
    ["a key at the very start or end", 'count":9 "count', undefined],
    ["more digits than any count has", `{"count":${"9".repeat(400)}}`, 999_999_999_999_999],
  ])("%s", (_what, text, expected) => {
    expect(numberAfterKey(text, "count")).toBe(expected);
  });

  it("is looked for in time that grows with the text, not its square", () => {
    const text = "count".repeat(200_000);
    const started = performance.now();
    expect(numberAfterKey(text, "count")).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
