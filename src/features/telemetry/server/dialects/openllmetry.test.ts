import { describe } from "vitest";
import { checkFacts, checkMessages } from "./testing/dialect-cases.ts";

// The spans are built from OpenLLMetry's documentation and semantic conventions, not recorded.

const CHAT = {
  operation: "chat",
  model: "gpt-4o-2024-08-06",
  requestModel: "gpt-4o",
  provider: "openai",
} as const;

describe("facts of OpenLLMetry spans", () => {
  checkFacts("openllmetry", {
    "up to 0.4: a chat in a workflow, with flat cache names and association properties": {
      name: "openai.chat",
      scopeName: "opentelemetry.instrumentation.openai.v1",
      attributes: {
        "llm.request.type": "chat",
        "gen_ai.system": "OpenAI",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "gpt-4o-2024-08-06",
        "gen_ai.prompt.0.role": "user",
        "gen_ai.completion.0.finish_reason": "stop",
        "gen_ai.usage.prompt_tokens": 100,
        "gen_ai.usage.completion_tokens": 20,
        "gen_ai.usage.cache_read_input_tokens": 60,
        "llm.usage.total_tokens": 120,
        "llm.usage.reasoning_tokens": 5,
        "traceloop.workflow.name": "support",
        "traceloop.association.properties.session_id": "s1",
        "traceloop.association.properties.user_id": "u1",
      },
      facts: {
        ...CHAT,
        sessionId: "s1",
        userId: "u1",
        finishReason: "stop",
        inputUncached: 40,
        cacheRead: 60,
        output: 15,
        reasoning: 5,
      },
    },
    "since 0.5: message attributes, dotted cache names, Anthropic's caches summed into the input": {
      name: "anthropic.chat",
      scopeName: "opentelemetry.instrumentation.anthropic",
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "Anthropic",
        "gen_ai.request.model": "claude-sonnet-4-5",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 50,
        "gen_ai.usage.cache_creation.input_tokens": 30,
        "gen_ai.usage.total_tokens": 120,
        "traceloop.workflow.name": "support",
        "llm.user": "u2",
      },
      facts: {
        operation: "chat",
        model: "claude-sonnet-4-5",
        requestModel: "claude-sonnet-4-5",
        provider: "anthropic",
        userId: "u2",
        inputUncached: 20,
        cacheRead: 50,
        cacheWrite: 30,
        output: 20,
      },
    },
    "without a workflow the scope and the request type tell": {
      scopeName: "@traceloop/instrumentation-openai",
      attributes: { "llm.request.type": "embedding", "gen_ai.system": "Azure", "gen_ai.request.model": "e" },
      facts: { operation: "embeddings", model: "e", requestModel: "e", provider: "azure.ai.openai" },
    },
    "LangChain: an unknown model is no model; thread is session, node is agent": {
      scopeName: "opentelemetry.instrumentation.langchain",
      attributes: {
        "llm.request.type": "chat",
        "gen_ai.system": "Langchain",
        "gen_ai.request.model": "unknown",
        "gen_ai.response.model": "unknown",
        "traceloop.workflow.name": "LangGraph",
        "traceloop.association.properties.thread_id": "t1",
        "traceloop.association.properties.langgraph_node": "researcher",
      },
      facts: { operation: "chat", sessionId: "t1", agentName: "researcher" },
    },
    "a workflow repeats no usage": {
      name: "support.workflow",
      attributes: {
        "traceloop.span.kind": "workflow",
        "traceloop.entity.name": "support",
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 10,
      },
      facts: { operation: "invoke_workflow" },
    },
    "a task is a step": {
      name: "load.task",
      attributes: { "traceloop.span.kind": "task", "traceloop.entity.name": "load" },
      facts: { operation: "chain" },
    },
    "an agent is named by its entity": {
      name: "planner.agent",
      attributes: { "traceloop.span.kind": "agent", "traceloop.entity.name": "planner" },
      facts: { operation: "invoke_agent", agentName: "planner" },
    },
    "a tool is named by its span where nothing else names it": {
      name: "weather.tool",
      attributes: { "traceloop.span.kind": "tool" },
      facts: { operation: "execute_tool", toolName: "weather" },
    },
    "an operation of the conventions wins over the kind": {
      name: "planner.task",
      attributes: {
        "traceloop.span.kind": "task",
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "planner",
      },
      facts: { operation: "invoke_agent", agentName: "planner" },
    },
    "an HTTP request inside a workflow is not about GenAI": {
      name: "GET",
      attributes: { "traceloop.workflow.name": "support", "http.request.method": "GET" },
      dialect: "",
      facts: {},
    },
    "OpenTelemetry's own instrumentation is not OpenLLMetry's": {
      scopeName: "opentelemetry.instrumentation.openai_v2",
      attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m" },
      dialect: "otel_genai",
      facts: { operation: "chat", model: "m", requestModel: "m" },
    },
  });
});

const lc = (name: string, kwargs: object) => ({
  lc: 1,
  type: "constructor",
  id: ["langchain", "schema", "messages", name],
  kwargs,
});

describe("messages of OpenLLMetry spans", () => {
  checkMessages("openllmetry", {
    "up to 0.4: flattened prompts": {
      attributes: {
        "llm.request.type": "chat",
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "Weather in Oslo?",
        "gen_ai.completion.0.role": "assistant",
        "gen_ai.completion.0.tool_calls.0.id": "c1",
        "gen_ai.completion.0.tool_calls.0.name": "weather",
        "gen_ai.completion.0.tool_calls.0.arguments": '{"city":"Oslo"}',
      },
      input: [{ role: "user", content: "Weather in Oslo?" }],
      output: [
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id: "c1", name: "weather", arguments: '{"city":"Oslo"}' }],
        },
      ],
    },
    "LangGraph: the state's messages inside the callback's payload": {
      operation: "chain",
      attributes: {
        "traceloop.span.kind": "task",
        "traceloop.entity.input": JSON.stringify({
          inputs: { messages: [lc("HumanMessage", { content: "Weather in Oslo?", type: "human" })] },
          tags: ["graph:step:1"],
          metadata: { langgraph_node: "agent" },
          kwargs: { name: "agent" },
        }),
        "traceloop.entity.output": JSON.stringify({
          outputs: {
            messages: [
              lc("AIMessage", {
                content: [{ type: "tool_use", id: "c1", name: "weather", input: { city: "Oslo" } }],
                tool_calls: [{ name: "weather", args: { city: "Oslo" }, id: "c1", type: "tool_call" }],
                response_metadata: { stop_reason: "tool_use" },
              }),
            ],
          },
          kwargs: {},
        }),
      },
      input: [{ role: "user", content: "Weather in Oslo?" }],
      output: [
        {
          role: "assistant",
          content: "",
          tool_calls: [{ id: "c1", name: "weather", arguments: '{"city":"Oslo"}' }],
          finish_reason: "tool_use",
        },
      ],
    },
    "a LangChain tool: arguments and the tool message that came out": {
      operation: "execute_tool",
      attributes: {
        "traceloop.span.kind": "tool",
        "traceloop.entity.name": "weather",
        "traceloop.entity.input": JSON.stringify({
          input_str: "{'city': 'Oslo'}",
          tags: [],
          metadata: {},
          inputs: { city: "Oslo" },
          kwargs: {},
        }),
        "traceloop.entity.output": JSON.stringify({
          output: lc("ToolMessage", { content: "rain", name: "weather", tool_call_id: "c1" }),
          kwargs: {},
        }),
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
    "a decorated tool: named arguments and a plain result": {
      operation: "execute_tool",
      attributes: {
        "traceloop.span.kind": "tool",
        "traceloop.entity.name": "weather",
        "traceloop.entity.input": '{"args": [], "kwargs": {"city": "Oslo"}}',
        "traceloop.entity.output": '"rain"',
      },
      input: [{ role: "tool", content: [{ type: "data", data: { city: "Oslo" } }], name: "weather" }],
      output: [{ role: "tool", content: "rain", name: "weather" }],
    },
    "a decorated workflow: positional arguments stay as they are": {
      operation: "invoke_workflow",
      attributes: {
        "traceloop.span.kind": "workflow",
        "traceloop.entity.input": '{"args": ["Oslo"], "kwargs": {}}',
        "traceloop.entity.output": "rain",
      },
      input: [{ role: "user", content: [{ type: "data", data: { args: ["Oslo"], kwargs: {} } }] }],
      output: [{ role: "assistant", content: "rain" }],
    },
  });
});
