import { describe } from "vitest";
import { checkDialect } from "./testing/dialect-cases.ts";

// The first is the shape of the recorded trace, the second that of the documentation of later versions.
describe("Koog nodes", () => {
  checkDialect("koog", {
    "a node is a step of its run": {
      name: "node.nodeCallLLM",
      scopeName: "ai.koog",
      attributes: { "gen_ai.conversation.id": "r", "koog.node.name": "nodeCallLLM" },
      facts: { operation: "chain", sessionId: "r" },
    },
    "a node with input and output": {
      name: "node greet",
      attributes: { "koog.node.id": "greet", "koog.node.input": '"Bob"', "koog.node.output": '{"ok":true}' },
      facts: { operation: "chain" },
      input: [{ role: "user", content: "Bob" }],
      output: [{ role: "assistant", content: [{ type: "data", data: { ok: true } }] }],
    },
  });
});
