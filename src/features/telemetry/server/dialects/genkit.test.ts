import { describe } from "vitest";
import { checkDialect } from "./testing/dialect-cases.ts";

// Written from the documented attributes (Genkit, telemetry attributes), not from a recording.
const json = JSON.stringify;

describe("Genkit spans", () => {
  checkDialect("genkit", {
    "a model below a flow: name, usage with thoughts beside the output, messages of every kind": {
      name: "googleai/gemini-2.5-flash",
      scopeName: "genkit-tracer",
      attributes: {
        "genkit:type": "action",
        "genkit:metadata:subtype": "model",
        "genkit:name": "googleai/gemini-2.5-flash",
        "genkit:path": "/{weatherFlow,t:flow}/{generate,t:util}/{googleai/gemini-2.5-flash,t:action,s:model}",
        "genkit:sessionId": "s",
        "genkit:state": "success",
        "genkit:input": json({
          messages: [
            { role: "system", content: [{ text: "Be brief." }] },
            { role: "user", content: [{ media: { url: "https://x/y.png", contentType: "image/png" } }] },
            {
              role: "model",
              content: [{ toolRequest: { name: "weather", ref: "c1", input: { city: "Oslo" } } }],
            },
            { role: "tool", content: [{ toolResponse: { name: "weather", ref: "c1", output: "rain" } }] },
          ],
          config: {},
        }),
        "genkit:output": json({
          message: { role: "model", content: [{ reasoning: "Easy." }, { text: 'It rains. "usage":{}' }] },
          finishReason: "stop",
          usage: {
            inputTokens: 50,
            outputTokens: 9,
            thoughtsTokens: 5,
            totalTokens: 64,
            cachedContentTokens: 20,
          },
          latencyMs: 12.5,
        }),
      },
      facts: {
        operation: "chat",
        model: "gemini-2.5-flash",
        requestModel: "gemini-2.5-flash",
        provider: "gcp.gemini",
        agentName: "weatherFlow",
        sessionId: "s",
        inputUncached: 30,
        cacheRead: 20,
        output: 9,
        reasoning: 5,
      },
      input: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "image", url: "https://x/y.png" }] },
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id: "c1", name: "weather", arguments: '{"city":"Oslo"}' }],
        },
        { role: "tool", content: "rain", name: "weather", tool_call_id: "c1" },
      ],
      output: [
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "Easy." },
            { type: "text", text: 'It rains. "usage":{}' },
          ],
          finish_reason: "stop",
        },
      ],
    },
    "a flow": {
      name: "weatherFlow",
      attributes: {
        "genkit:type": "action",
        "genkit:metadata:subtype": "flow",
        "genkit:name": "weatherFlow",
        "genkit:path": "/{weatherFlow,t:flow}",
        "genkit:input": '"Oslo"',
        "genkit:output": '"It rains."',
      },
      facts: { operation: "invoke_workflow", agentName: "weatherFlow" },
      input: [{ role: "user", content: "Oslo" }],
      output: [{ role: "assistant", content: "It rains." }],
    },
    "a helper returns the answer of the model below it, not its usage": {
      attributes: {
        "genkit:type": "util",
        "genkit:name": "generate",
        "genkit:path": "/{generate,t:util}",
        "genkit:output": json({
          message: { role: "model", content: [{ text: "Rain." }] },
          usage: { inputTokens: 5 },
        }),
      },
      facts: { operation: "chain" },
      output: [{ role: "assistant", content: "Rain." }],
    },
    "a tool": {
      attributes: {
        "genkit:type": "action",
        "genkit:metadata:subtype": "tool",
        "genkit:name": "weather",
        "genkit:input": '{"city":"Oslo"}',
        "genkit:output": '"rain"',
      },
      facts: { operation: "execute_tool", toolName: "weather" },
      input: [{ role: "tool", name: "weather", content: [{ type: "data", data: { city: "Oslo" } }] }],
      output: [{ role: "tool", name: "weather", content: "rain" }],
    },
    "an agent": {
      attributes: {
        "genkit:type": "action",
        "genkit:metadata:subtype": "agent",
        "genkit:name": "concierge",
        "genkit:metadata:sessionId": "s",
      },
      facts: { operation: "invoke_agent", agentName: "concierge", sessionId: "s" },
    },
    "a retriever, and a name without a plugin": {
      attributes: { "genkit:metadata:subtype": "retriever", "genkit:name": "docs" },
      facts: { operation: "retrieval" },
    },
    "an embedder": {
      attributes: { "genkit:metadata:subtype": "embedder", "genkit:name": "vertexai/embed-4" },
      facts: {
        operation: "embeddings",
        model: "embed-4",
        requestModel: "embed-4",
        provider: "gcp.vertex_ai",
      },
    },
  });
});
