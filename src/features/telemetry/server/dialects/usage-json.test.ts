import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SpanFacts } from "./dialect.ts";
import { createFacts } from "./facts.ts";
import { toldFacts } from "./testing/told-facts.ts";
import { fillUsageFromJson } from "./usage-json.ts";

function told(answer: string): Partial<SpanFacts> {
  const facts = createFacts();
  fillUsageFromJson(facts, answer);
  return toldFacts(facts);
}

const json = JSON.stringify;

describe("usage inside an answer", () => {
  it.each([
    [
      "OpenAI chat",
      json({
        choices: [],
        usage: {
          completion_tokens: 25,
          prompt_tokens: 60,
          total_tokens: 85,
          completion_tokens_details: { reasoning_tokens: 5 },
          prompt_tokens_details: { cached_tokens: 40 },
        },
      }),
      { inputUncached: 20, cacheRead: 40, output: 20, reasoning: 5 },
    ],
    [
      "Anthropic: cache beside the input",
      json({ usage: { input_tokens: 50, cache_read_input_tokens: 10, output_tokens: 5 } }),
      { inputUncached: 50, cacheRead: 10, output: 5 },
    ],
    [
      "spaces, as Python writes JSON",
      '{"usage": {"input_tokens": 3, "output_tokens": 4}}',
      { inputUncached: 3, output: 4 },
    ],
    [
      "another object of that name after it",
      '{"usage":{"input_tokens":3},"x":{"usage":{"seconds":4}}}',
      { inputUncached: 3 },
    ],
    ["what an assistant said", json({ content: '{"usage":{"input_tokens":9}}' }), {}],
    ["an answer cut short", '{"usage":{"input_tokens":3', {}],
    ["usage that is no object", '{"usage":"much","input":{"input_tokens":3}}', {}],
    ["no JSON", "It rains.", {}],
  ])("%s", (_what, answer, expected) => {
    expect(told(answer)).toEqual(expected);
  });

  it("is never taken from a text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const quoted = `${text}{"usage":{"input_tokens":7,"output_tokens":8}}`;
        expect(told(json({ content: quoted }))).toEqual({});
        expect(told(json({ content: quoted, usage: { input_tokens: 1 } }))).toEqual({ inputUncached: 1 });
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (text, value) => {
        told(`{"usage":${text}`);
        told(`{"usage":${json(value)}}`);
      }),
    );
  });
});
