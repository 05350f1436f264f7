import { describe } from "vitest";
import { checkFacts, checkMessages } from "./testing/dialect-cases.ts";

// The spans are built from the documented attributes of LangSmith's exporter, not recorded; recorded ones of
// its Claude Agent SDK integration are read by recorded-traces.test.ts.

const scopeName = "langsmith";
const LLM = { "langsmith.span.kind": "llm", "gen_ai.operation.name": "chat", "gen_ai.system": "langchain" };

describe("facts of LangSmith spans", () => {
  checkFacts("langsmith", {
    "a model call: LangChain's provider, thread and node, details printed by Python": {
      scopeName,
      attributes: {
        ...LLM,
        "gen_ai.request.model": "claude-sonnet-4-5",
        "gen_ai.response.finish_reasons": "stop, length",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 40,
        "gen_ai.usage.total_tokens": 140,
        "gen_ai.usage.input_token_details": "{'audio': 0, 'cache_read': 60, 'cache_creation': 10}",
        "gen_ai.usage.output_token_details": "{'audio': 0, 'reasoning': 15}",
        "langsmith.trace.session_name": "a project is not a session",
        "langsmith.metadata.ls_provider": "amazon_bedrock",
        "langsmith.metadata.thread_id": "t1",
        "langsmith.metadata.user_id": "u1",
        "langsmith.metadata.langgraph_node": "writer",
      },
      facts: {
        operation: "chat",
        model: "claude-sonnet-4-5",
        requestModel: "claude-sonnet-4-5",
        provider: "aws.bedrock",
        sessionId: "t1",
        userId: "u1",
        agentName: "writer",
        finishReason: "stop",
        inputUncached: 30,
        cacheRead: 60,
        cacheWrite: 10,
        output: 25,
        reasoning: 15,
      },
    },
    "details as JSON, cache writes by their lifetime": {
      scopeName,
      attributes: {
        ...LLM,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 4,
        "gen_ai.usage.input_token_details":
          '{"cache_read":0,"cache_creation":0,"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":5}',
        "langsmith.metadata.ls_model_name": "claude",
      },
      facts: {
        operation: "chat",
        model: "claude",
        requestModel: "claude",
        inputUncached: 75,
        cacheWrite: 20,
        cacheWriteLong: 5,
        output: 4,
      },
    },
    "details that are no dictionary are not counted": {
      scopeName,
      attributes: {
        ...LLM,
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 4,
        "gen_ai.usage.input_token_details": "cache_read 5 'cache_read' 'cache_read': x",
      },
      facts: { operation: "chat", inputUncached: 10, output: 4 },
    },
    "a chain repeats no usage": {
      scopeName,
      name: "LangGraph",
      attributes: {
        "langsmith.span.kind": "chain",
        "gen_ai.operation.name": "chain",
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 4,
      },
      facts: { operation: "chain" },
    },
    "a retriever is no embedding": {
      scopeName,
      attributes: { "langsmith.span.kind": "retriever", "gen_ai.operation.name": "embeddings" },
      facts: { operation: "retrieval" },
    },
    "a prompt template is no chat": {
      scopeName,
      attributes: { "langsmith.span.kind": "prompt", "gen_ai.operation.name": "chat" },
      facts: { operation: "chain" },
    },
    "a tool has the run's name, and nodes that every graph has are no agents": {
      scopeName,
      name: "span",
      attributes: {
        "langsmith.span.kind": "tool",
        "langsmith.trace.name": "weather",
        "gen_ai.operation.name": "execute_tool",
        "langsmith.metadata.langgraph_node": "tools",
      },
      facts: { operation: "execute_tool", toolName: "weather" },
    },
  });
});

const lc = (name: string, kwargs: object) => ({
  lc: 1,
  type: "constructor",
  id: ["langchain", name],
  kwargs,
});

describe("messages of LangSmith spans", () => {
  checkMessages("langsmith", {
    "a chat model: serialised messages of a batch, and generations": {
      scopeName,
      attributes: {
        ...LLM,
        "gen_ai.prompt": JSON.stringify({
          messages: [
            [
              lc("SystemMessage", { content: "Be brief.", type: "system" }),
              lc("HumanMessage", { content: "Weather?" }),
            ],
          ],
        }),
        "gen_ai.completion": JSON.stringify({
          generations: [
            [
              {
                text: "Rain.",
                generation_info: { finish_reason: "stop" },
                message: lc("AIMessage", { content: "Rain.", type: "ai", tool_calls: [] }),
              },
            ],
          ],
          llm_output: { token_usage: {} },
        }),
      },
      input: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Weather?" },
      ],
      output: [{ role: "assistant", content: "Rain.", finish_reason: "stop" }],
    },
    "a graph's state: dumped messages": {
      scopeName,
      operation: "chain",
      attributes: {
        "langsmith.span.kind": "chain",
        "gen_ai.prompt": JSON.stringify({ messages: [{ type: "human", content: "Weather?", id: "1" }] }),
        "gen_ai.completion": JSON.stringify({
          messages: [
            { type: "human", content: "Weather?" },
            { type: "ai", content: "", tool_calls: [{ id: "c1", name: "weather", args: {} }] },
            { type: "tool", content: "rain", tool_call_id: "c1" },
          ],
        }),
      },
      input: [{ role: "user", content: "Weather?" }],
      output: [
        { role: "user", content: "Weather?" },
        { role: "assistant", content: "", tool_calls: [{ id: "c1", name: "weather", arguments: "{}" }] },
        { role: "tool", content: "rain", tool_call_id: "c1", name: "weather" },
      ],
    },
    "a run with one field is what that field says, a state with more stays whole": {
      scopeName,
      operation: "chain",
      attributes: {
        "langsmith.span.kind": "chain",
        "gen_ai.prompt": '{"input":"Weather?"}',
        "gen_ai.completion": '{"output":"rain","steps":2}',
      },
      input: [{ role: "user", content: "Weather?" }],
      output: [{ role: "assistant", content: [{ type: "data", data: { output: "rain", steps: 2 } }] }],
    },
    "a tool: its input, and the content of the tool message": {
      scopeName,
      operation: "execute_tool",
      attributes: {
        "langsmith.span.kind": "tool",
        "langsmith.trace.name": "weather",
        "gen_ai.prompt": '{"city":"Oslo"}',
        "gen_ai.completion": JSON.stringify({
          output: lc("ToolMessage", { content: "rain", tool_call_id: "c1" }),
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
  });
});
