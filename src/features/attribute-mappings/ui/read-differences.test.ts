import { describe, expect, it } from "vitest";
import type { ReadSpan } from "#features/attribute-mappings/attribute-mapping-contract.ts";
import { readLines } from "./read-differences.ts";

const EMPTY: ReadSpan = {
  operation: "",
  agent_name: "",
  agent_id: "",
  agent_version: "",
  model: "",
  provider: "",
  tool_name: "",
  session_id: "",
  user_id: "",
  environment: "",
  finish_reason: "",
  tags: [],
  cost_usd: null,
  usage: { input_uncached: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 },
  input_messages: [],
  output_messages: [],
};

describe("the comparison of two readings", () => {
  it("leaves out what neither has", () => {
    expect(readLines(EMPTY, EMPTY)).toEqual([]);
  });

  it("marks what the rules changed", () => {
    const after = {
      ...EMPTY,
      model: "gpt-4.1",
      usage: { ...EMPTY.usage, output: 1200 },
      input_messages: [{ role: "user", content: "Hello" }],
    };
    expect(readLines({ ...EMPTY, model: "gpt-4.1" }, after)).toEqual([
      { label: "Model", before: "gpt-4.1", after: "gpt-4.1", changed: false },
      { label: "Tokens", before: "", after: "1,200 output", changed: true },
      { label: "Input", before: "", after: "user: Hello", changed: true },
    ]);
  });
});
