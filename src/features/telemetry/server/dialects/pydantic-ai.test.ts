import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createFacts, readSpanFacts } from "./registry.ts";
import { checkFacts, checkMessages } from "./testing/dialect-cases.ts";
import { spansOfOtlpJson } from "./testing/otlp-json.ts";
import { readJson, testDataFolder } from "./testing/test-data.ts";

const data = testDataFolder();
const scopeName = "pydantic-ai";

describe("a recorded trace of Pydantic AI", () => {
  it.skipIf(data === undefined)("is read by its dialect, and its usage is counted once", () => {
    const file = join(data ?? "", "otlp/pydantic-ai-tools-2025-12-04.otlp.json");
    const facts = createFacts();
    const operations: Record<string, number> = {};
    let input = 0;
    for (const { view } of spansOfOtlpJson(readJson(file))) {
      if (view.origin.scopeName !== scopeName || view.name === "running 3 tools") continue;
      expect(readSpanFacts(view, facts)).toBe("pydantic_ai");
      operations[facts.operation] = (operations[facts.operation] ?? 0) + 1;
      input += facts.inputUncached + facts.cacheRead + facts.cacheWrite;
    }
    expect(operations).toEqual({ invoke_agent: 3, chat: 4, execute_tool: 3 });
    expect(input).toBe(417 + 131 + 502 + 265);
  });
});

// The spans below are built from the documentation of Pydantic AI and Logfire, not recorded.

const CHAT = { "gen_ai.operation.name": "chat", "gen_ai.system": "anthropic", "gen_ai.request.model": "m" };
const FACTS = { operation: "chat", provider: "anthropic", model: "m", requestModel: "m" } as const;

describe("facts of Pydantic AI and Logfire spans", () => {
  checkFacts("pydantic_ai", {
    "details that repeat the totals count once, the cache is inside the input": {
      scopeName,
      attributes: {
        ...CHAT,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.details.input_tokens": 30,
        "gen_ai.usage.details.output_tokens": 20,
        "gen_ai.usage.details.cache_read_input_tokens": 50,
        "gen_ai.usage.details.cache_creation_input_tokens": 20,
      },
      facts: { ...FACTS, inputUncached: 30, cacheRead: 50, cacheWrite: 20, output: 20 },
    },
    "names of the conventions win over details": {
      scopeName,
      attributes: {
        ...CHAT,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 40,
        "gen_ai.usage.details.cache_read_input_tokens": 50,
      },
      facts: { ...FACTS, inputUncached: 60, cacheRead: 40, output: 20 },
    },
    "Gemini's thoughts beside the output": {
      scopeName,
      attributes: {
        ...CHAT,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.details.thoughts_tokens": 70,
        "gen_ai.usage.details.cached_content_tokens": 10,
      },
      facts: { ...FACTS, inputUncached: 90, cacheRead: 10, output: 20, reasoning: 70 },
    },
    "an agent's run before version 1": {
      scopeName,
      name: "agent run",
      attributes: {
        agent_name: "joker",
        model_name: "gpt-4o",
        "logfire.msg": "joker run",
        all_messages_events: "[]",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
      },
      facts: { operation: "invoke_agent", agentName: "joker" },
    },
    "a tool without an operation": {
      scopeName,
      name: "running tool",
      attributes: { "gen_ai.tool.name": "weather", "gen_ai.tool.call.id": "c1", tool_arguments: "{}" },
      facts: { operation: "execute_tool", toolName: "weather" },
    },
    "a wrapped provider's library": {
      scopeName: "logfire.openai",
      attributes: {
        "gen_ai.system": "openai",
        "gen_ai.request.model": "m",
        "gen_ai.usage.input_tokens": 9,
        "gen_ai.usage.output_tokens": 2,
        request_data: "{}",
      },
      facts: { ...FACTS, provider: "openai", inputUncached: 9, output: 2 },
    },
    "the span around parallel tools is not about GenAI": {
      scopeName,
      name: "running 2 tools",
      attributes: { tools: ["a", "b"], "logfire.msg": "running 2 tools" },
      dialect: "",
      facts: {},
    },
  });
});

describe("messages of Pydantic AI and Logfire spans", () => {
  checkMessages("pydantic_ai", {
    "before version 1: one list of events": {
      scopeName,
      attributes: {
        events: JSON.stringify([
          { "event.name": "gen_ai.user.message", content: "Hi", role: "user" },
          {
            "event.name": "gen_ai.choice",
            index: 0,
            message: { role: "assistant", content: "Hello" },
          },
        ]),
      },
      input: [{ role: "user", content: "Hi" }],
      output: [{ role: "assistant", content: "Hello" }],
    },
    "a run: the conversation and its result": {
      scopeName,
      operation: "invoke_agent",
      attributes: {
        all_messages_events: JSON.stringify([
          { "event.name": "gen_ai.user.message", content: "Hi", role: "user" },
          { "event.name": "gen_ai.assistant.message", content: "Hello", role: "assistant" },
        ]),
        final_result: "Hello",
      },
      input: [{ role: "user", content: "Hi" }],
      output: [{ role: "assistant", content: "Hello" }],
    },
    "a tool": {
      scopeName,
      operation: "execute_tool",
      attributes: {
        "gen_ai.tool.name": "weather",
        "gen_ai.tool.call.id": "c1",
        tool_arguments: '{"city":"Oslo"}',
        tool_response: "rain",
      },
      input: [
        {
          role: "tool",
          content: [{ type: "data", data: { city: "Oslo" } }],
          name: "weather",
          tool_call_id: "c1",
        },
      ],
      output: [{ role: "tool", content: "rain", name: "weather", tool_call_id: "c1" }],
    },
    "a wrapped provider's library: request and response": {
      scopeName: "logfire.openai",
      attributes: {
        request_data: '{"messages":[{"role":"user","content":"Hi"}],"model":"m"}',
        response_data: '{"message":{"role":"assistant","content":"Hello"},"usage":{}}',
      },
      input: [{ role: "user", content: "Hi" }],
      output: [{ role: "assistant", content: "Hello" }],
    },
    "a wrapped provider's library: a stream": {
      scopeName: "logfire.openai",
      attributes: {
        request_data: '{"messages":[{"role":"user","content":"Hi"}]}',
        response_data: '{"combined_chunk_content":"Hello","chunk_count":3}',
      },
      input: [{ role: "user", content: "Hi" }],
      output: [{ role: "assistant", content: "Hello" }],
    },
  });
});
