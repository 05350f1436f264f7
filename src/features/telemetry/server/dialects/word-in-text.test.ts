import { describe, expect, it } from "vitest";
import { wordAfterKey } from "./word-in-text.ts";

describe("a word after a key in a JSON text", () => {
  it.each([
    ["JSON", '{"a":"x","tier":"flex"}', "flex"],
    ["spaces, as Python writes JSON", '{"tier": "flex"}', "flex"],
    ["the last of several", '{"tier":"auto","response":{"tier":"flex"}}', "flex"],
    ["a key inside a string", JSON.stringify({ text: '"tier":"flex"' }), ""],
    ["a longer key", '{"service_tier":"flex"}', ""],
    ["a value that is no string", '{"tier":null,"x":"flex"}', ""],
    ["a value instead of a key", '["tier","flex"]', ""],
    ["an empty word", '{"tier":""}', ""],
    ["a word that is a payload", `{"tier":"${"x".repeat(100)}"}`, ""],
    ["a text cut short", '{"tier":"fle', ""],
    ["a key at the very start or end", 'tier":"flex" "tier', ""],
  ])("%s", (_what, text, expected) => {
    expect(wordAfterKey(text, "tier")).toBe(expected);
  });
});
