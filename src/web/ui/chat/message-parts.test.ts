import { describe, expect, it } from "vitest";
import type { Message } from "#features/telemetry/telemetry-contract.ts";
import { answeredCalls, callsById, inputOutput, messageText, partsOf } from "./message-parts.ts";

const conversation: Message[] = [
  { role: "user", content: "Weather?" },
  {
    role: "assistant",
    content: [
      { type: "reasoning", text: "hmm" },
      { type: "text", text: "One" },
      { type: "text", text: "Two" },
    ],
    tool_calls: [
      { id: "c1", name: "weather", arguments: "{}" },
      { id: "", name: "nameless", arguments: "" },
    ],
  },
  { role: "tool", tool_call_id: "c1", content: "sunny" },
];

describe("a message", () => {
  it("copies as its visible text", () => {
    expect(conversation.map(messageText)).toEqual(["Weather?", "One\n\nTwo", "sunny"]);
  });
  it("has parts whichever form it came in, and none when empty", () => {
    expect(partsOf(conversation[0]!)).toEqual([{ type: "text", text: "Weather?" }]);
    expect(partsOf({ role: "user", content: "" })).toEqual([]);
  });
});

it("results find their calls by id, and calls without an id have none", () => {
  expect([...callsById(conversation).keys()]).toEqual(["c1"]);
  expect(answeredCalls(conversation)).toEqual(new Set(["c1"]));
});

it.each([
  [
    { "input.value": "a", "output.value": "b" },
    { input: "a", output: "b" },
  ],
  [
    { "gen_ai.tool.call.arguments": "{}", "input.value": "a" },
    { input: "{}", output: undefined },
  ],
  [{ "input.value": "" }, { input: undefined, output: undefined }],
])("attributes %o hold input and output %o", (attributes, expected) => {
  expect(inputOutput(attributes)).toEqual(expected);
});
