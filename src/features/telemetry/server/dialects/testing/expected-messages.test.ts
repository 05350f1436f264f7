import { describe, expect, it } from "vitest";
import type { Message } from "../../../telemetry-contract.ts";
import { compareMessages, type ExpectedMessage } from "./expected-messages.ts";

const read: Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Weather?" },
  {
    role: "assistant",
    content: "",
    tool_calls: [{ id: "c1", name: "weather", arguments: "{}" }],
    finish_reason: "tool_call",
  },
  { role: "tool", content: [{ type: "data", data: [{ sky: "clear" }] }], tool_call_id: "c1" },
];
const expected: ExpectedMessage[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "Weather?" }] },
  {
    role: "assistant",
    tool_calls: [{ id: "c1", name: "weather", arguments: "{}" }],
    json: { finish_reason: "tool_call" },
  },
  { json: { sky: "clear" } },
];

describe("comparing read messages with expected ones", () => {
  it("holds the same conversation in both forms for equal", () => {
    expect(compareMessages(read, expected)).toBe("equal");
  });

  it("tells a missing system prompt apart", () => {
    expect(compareMessages(read, expected.slice(1))).toBe("equal but for the system prompt");
  });

  it.each([
    ["a changed text", 1, { role: "user", content: "Wetter?" }],
    ["a changed role", 1, { role: "human", content: "Weather?" }],
    ["a lost tool call", 2, { role: "assistant", json: { finish_reason: "tool_call" } }],
    [
      "a changed argument",
      2,
      { role: "assistant", tool_calls: [{ id: "c1", name: "weather", arguments: "[]" }] },
    ],
    ["a changed finish reason", 2, { ...expected[2], json: { finish_reason: "stop" } }],
    ["a changed result", 3, { json: { sky: "grey" } }],
  ])("sees %s", (_what, index, message) => {
    expect(compareMessages(read, expected.with(index, message as ExpectedMessage))).toBe("different");
  });
});
