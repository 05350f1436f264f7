import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffLines, readConfiguration, sortedJson } from "./json-diff.ts";

describe("two texts side by side", () => {
  it("show what was taken out and put in", () => {
    expect(diffLines("a\nb\nc", "a\nx\nc\nd").map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      "same a",
      "removed b",
      "added x",
      "same c",
      "added d",
    ]);
  });

  it("hold both texts, in order", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 })
      .map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const of = (kind: string) => lines.filter((line) => line.kind === "same" || line.kind === kind);
        expect(
          of("removed")
            .map((line) => line.text)
            .join("\n"),
        ).toBe(before);
        expect(
          of("added")
            .map((line) => line.text)
            .join("\n"),
        ).toBe(after);
      }),
    );
  });
});

describe("a configuration as text", () => {
  it("is the same whatever the order of its keys", () => {
    expect(sortedJson({ b: [{ d: 1, c: 2 }], a: null })).toBe(sortedJson({ a: null, b: [{ c: 2, d: 1 }] }));
  });

  it.each([
    ['{"a": 1}', { value: { a: 1 } }],
    ["[1]", { error: expect.stringContaining("JSON object") }],
    ["{", { error: expect.stringContaining("not JSON yet") }],
  ])("%s", (text, read) => {
    expect(readConfiguration(text)).toEqual(read);
  });
});
