import { describe } from "vitest";
import { checkFacts, checkMessages } from "./testing/dialect-cases.ts";

// The spans are built from the attributes that the Agent Development Kit's tracing documents, not recorded.

const scopeName = "gcp.vertex.agent";
const CALL = { "gen_ai.system": "gcp.vertex.agent", "gen_ai.request.model": "gemini-2.5-flash" };
const FACTS = {
  operation: "chat",
  model: "gemini-2.5-flash",
  requestModel: "gemini-2.5-flash",
  provider: "gcp.vertex_ai",
} as const;
const request = JSON.stringify({
  model: "gemini-2.5-flash",
  config: { system_instruction: "Be brief.", tools: [{ function_declarations: [] }] },
  contents: [
    { role: "user", parts: [{ text: "Weather in Oslo?" }] },
    { role: "model", parts: [{ function_call: { id: "c1", name: "weather", args: { city: "Oslo" } } }] },
    {
      role: "user",
      parts: [{ function_response: { id: "c1", name: "weather", response: { sky: "rain" } } }],
    },
  ],
});
const response = JSON.stringify({
  content: { role: "model", parts: [{ text: 'It rains. "cached_content_token_count":9' }] },
  finish_reason: "STOP",
  usage_metadata: {
    cached_content_token_count: 30,
    candidates_token_count: 5,
    prompt_token_count: 40,
    thoughts_token_count: 8,
    total_token_count: 53,
  },
});

describe("facts of Google ADK spans", () => {
  checkFacts("google_adk", {
    "a model call: session, and cache and thoughts from the response": {
      scopeName,
      name: "call_llm",
      attributes: {
        ...CALL,
        "gcp.vertex.agent.session_id": "s1",
        "gcp.vertex.agent.llm_request": request,
        "gcp.vertex.agent.llm_response": response,
        "gen_ai.usage.input_tokens": 40,
        "gen_ai.usage.output_tokens": 5,
        "gen_ai.response.finish_reasons": ["stop"],
      },
      facts: {
        ...FACTS,
        sessionId: "s1",
        finishReason: "stop",
        inputUncached: 10,
        cacheRead: 30,
        output: 5,
        reasoning: 8,
      },
    },
    "experimental counts: thoughts are beside the output": {
      scopeName,
      attributes: {
        ...CALL,
        "gen_ai.usage.input_tokens": 50,
        "gen_ai.usage.output_tokens": 50,
        "gen_ai.usage.experimental.reasoning_tokens": 10,
        "gen_ai.usage.experimental.cached_tokens": 20,
      },
      facts: { ...FACTS, inputUncached: 30, cacheRead: 20, output: 50, reasoning: 10 },
    },
    "counts of the conventions: thoughts are inside the output": {
      scopeName,
      attributes: {
        ...CALL,
        "gen_ai.usage.input_tokens": 50,
        "gen_ai.usage.output_tokens": 60,
        "gen_ai.usage.reasoning.output_tokens": 10,
        "gcp.vertex.agent.llm_response": response,
      },
      facts: { ...FACTS, inputUncached: 50, output: 50, reasoning: 10 },
    },
    "content not captured: the counts there are": {
      scopeName,
      attributes: {
        ...CALL,
        "gcp.vertex.agent.llm_response": "{}",
        "gen_ai.usage.input_tokens": 40,
        "gen_ai.usage.output_tokens": 5,
      },
      facts: { ...FACTS, inputUncached: 40, output: 5 },
    },
    "the span of the request below a model call is a step of it": {
      scopeName,
      name: "generate_content gemini-2.5-flash",
      attributes: { ...CALL, "gen_ai.operation.name": "generate_content", "gen_ai.usage.input_tokens": 40 },
      facts: { ...FACTS, operation: "chain" },
    },
    "an agent": {
      scopeName,
      name: "invoke_agent planner",
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "planner",
        "gen_ai.conversation.id": "s1",
      },
      facts: { operation: "invoke_agent", agentName: "planner", sessionId: "s1" },
    },
    "an agent of an early version is named by its span": {
      scopeName,
      name: "agent_run [planner]",
      facts: { operation: "invoke_agent", agentName: "planner" },
    },
    "a whole run": { scopeName, name: "invocation", facts: { operation: "invoke_workflow" } },
    "a tool": {
      scopeName,
      name: "execute_tool weather",
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "weather" },
      facts: { operation: "execute_tool", toolName: "weather" },
    },
    "merged results of parallel tools are no tool": {
      scopeName,
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "(merged tools)" },
      facts: { operation: "chain" },
    },
    "a span of the scope that tells nothing": { scopeName, name: "send_data", dialect: "", facts: {} },
  });
});

describe("messages of Google ADK spans", () => {
  checkMessages("google_adk", {
    "a model call": {
      scopeName,
      attributes: { "gcp.vertex.agent.llm_request": request, "gcp.vertex.agent.llm_response": response },
      input: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Weather in Oslo?" },
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id: "c1", name: "weather", arguments: '{"city":"Oslo"}' }],
        },
        {
          role: "tool",
          content: [{ type: "data", data: { sky: "rain" } }],
          name: "weather",
          tool_call_id: "c1",
        },
      ],
      output: [
        {
          role: "assistant",
          content: 'It rains. "cached_content_token_count":9',
          finish_reason: "stop",
        },
      ],
    },
    "a tool; empty request and response are no messages": {
      scopeName,
      operation: "execute_tool",
      attributes: {
        "gen_ai.tool.name": "weather",
        "gen_ai.tool.call.id": "<not specified>",
        "gcp.vertex.agent.llm_request": "{}",
        "gcp.vertex.agent.llm_response": "{}",
        "gcp.vertex.agent.tool_call_args": '{"city":"Oslo"}',
        "gcp.vertex.agent.tool_response": '{"result":"rain"}',
      },
      input: [{ role: "tool", content: [{ type: "data", data: { city: "Oslo" } }], name: "weather" }],
      output: [{ role: "tool", content: [{ type: "data", data: { result: "rain" } }], name: "weather" }],
    },
    "content not captured": {
      scopeName,
      attributes: { "gcp.vertex.agent.llm_request": "{}", "gcp.vertex.agent.llm_response": "{}" },
    },
    "content that cannot be serialised": {
      scopeName,
      attributes: { "gcp.vertex.agent.llm_response": "<not serializable>" },
    },
  });
});
