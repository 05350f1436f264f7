import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { storableJson } from "./storable-json.ts";

describe("JSON for PostgreSQL", () => {
  it.each([
    ["plain values stay", { a: [1, "x", null, true] }, { a: [1, "x", null, true] }],
    ["NUL is left out", { "a\0": "b\0c", list: ["\0"] }, { a: "bc", list: [""] }],
    ["half a pair is replaced", "a\ud800", "a\ufffd"],
    ["whole pairs stay", "🛫", "🛫"],
    ["text about escapes stays", "\\u0000", "\\u0000"],
  ])("%s", (_name, given, stored) => {
    expect(storableJson(given)).toEqual(stored);
  });

  it("never holds what is refused", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(storableJson(value));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value).replaceAll("\\u0000", "")));
      }),
    );
  });
});
