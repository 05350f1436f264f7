import { describe } from "vitest";
import { checkDialect } from "./testing/dialect-cases.ts";
import type { TestSpanInput } from "./testing/otlp-json.ts";

const SERVER = 2;
const CLIENT = 3;

// Written from the OpenTelemetry semantic conventions for MCP, not from a recording.
const call = {
  "mcp.method.name": "tools/call",
  "mcp.session.id": "not a conversation",
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": "weather",
  "gen_ai.tool.call.arguments": '{"city":"Oslo"}',
  "gen_ai.tool.call.result": '{"content":[{"type":"text","text":"rain"}]}',
};
const client: TestSpanInput = {
  name: "tools/call weather",
  kind: CLIENT,
  hasParent: true,
  attributes: call,
};
const server: TestSpanInput = { ...client, kind: SERVER };
const input = [
  { role: "tool", name: "weather", content: [{ type: "data" as const, data: { city: "Oslo" } }] },
];
const output = [{ role: "tool", name: "weather", content: "rain" }];

describe("MCP spans", () => {
  checkDialect("mcp", {
    "a tool call on the client's side": {
      ...client,
      facts: { operation: "execute_tool", toolName: "weather" },
      input,
      output,
    },
    "its twin on the server's side is a step, with the tool's name and messages": {
      ...server,
      attributes: { ...call, "gen_ai.usage.input_tokens": 5, "gen_ai.usage.output_tokens": 6 },
      facts: { operation: "chain", toolName: "weather" },
      input,
      output,
    },
    "a server's span that nothing called is the only record of the call": {
      ...server,
      hasParent: false,
      facts: { operation: "execute_tool", toolName: "weather" },
      input,
      output,
    },
    "a failed call without GenAI attributes": {
      ...client,
      attributes: { "mcp.method.name": "tools/call", "error.type": "tool_error" },
      facts: { operation: "execute_tool", toolName: "weather", errorType: "tool_error" },
    },
    "other requests": {
      name: "tools/list",
      kind: CLIENT,
      attributes: { "mcp.method.name": "tools/list" },
      facts: { operation: "chain" },
    },
  });
});
