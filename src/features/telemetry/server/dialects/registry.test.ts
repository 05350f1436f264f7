import { describe, expect, it } from "vitest";
import type { SpanFacts } from "./dialect.ts";
import { createFacts, DIALECTS, isContentKey, readSpanFacts } from "./registry.ts";
import { type TestSpanInput, testSpan } from "./testing/otlp-json.ts";
import { toldFacts } from "./testing/told-facts.ts";

const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;

interface Case extends TestSpanInput {
  /** The dialect that should read the span. */
  dialect: string;
  /** The facts that should be told; all others should be empty. */
  facts: Partial<SpanFacts>;
}

function read(span: TestSpanInput): { dialect: string; facts: Partial<SpanFacts> } {
  const facts = createFacts();
  const dialect = readSpanFacts(testSpan(span).view, facts);
  return { dialect, facts: toldFacts(facts) };
}

function check(cases: Record<string, Case>): void {
  it.each(Object.entries(cases))("%s", (_what, { dialect, facts, ...span }) => {
    expect(read(span)).toEqual({ dialect, facts });
  });
}

const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m" };
const chatFacts = { operation: "chat", model: "m", requestModel: "m" } as const;

describe("any span", () => {
  check({
    "an HTTP request stays outside GenAI, with session, user and environment": {
      name: "GET /",
      kind: SERVER,
      attributes: { "http.request.method": "GET", "session.id": "s", "user.id": "u" },
      resource: { "deployment.environment.name": "staging" },
      dialect: "",
      facts: { sessionId: "s", userId: "u", environment: "staging" },
    },
    "a database call below an agent is not an agent": {
      attributes: { "db.system": "postgresql", "gen_ai.agent.name": "a" },
      dialect: "",
      facts: {},
    },
    "the old name of the environment on the span wins over the resource": {
      attributes: { "deployment.environment": "test" },
      resource: { "deployment.environment": "production" },
      dialect: "",
      facts: { environment: "test" },
    },
    "an error's type is stated": {
      attributes: { "error.type": "timeout" },
      dialect: "",
      facts: { errorType: "timeout" },
    },
    "an error's type is the last exception's": {
      statusCode: ERROR,
      events: [
        { name: "exception", attributes: { "exception.type": "First" } },
        { name: "exception", attributes: { "exception.type": "Last" } },
      ],
      dialect: "",
      facts: { errorType: "Last" },
    },
    "an exception on a span that ended well is not an error": {
      events: [{ name: "exception", attributes: { "exception.type": "Retried" } }],
      dialect: "",
      facts: {},
    },
    "the service's name is not an agent's": {
      resource: { "service.name": "shop" },
      attributes: chat,
      dialect: "otel_genai",
      facts: chatFacts,
    },
  });

  it("cuts a fact that is a payload", () => {
    const facts = read({ attributes: { ...chat, "gen_ai.agent.name": "a".repeat(10_000) } }).facts;
    expect(facts.agentName?.length).toBe(512);
  });

  it("leaves nothing behind for the next span", () => {
    const facts = createFacts();
    readSpanFacts(testSpan({ attributes: { ...chat, "gen_ai.usage.input_tokens": 5 } }).view, facts);
    readSpanFacts(testSpan({ attributes: {} }).view, facts);
    expect(facts).toEqual(createFacts());
  });
});

describe("OpenTelemetry GenAI spans", () => {
  check({
    "before 1.28: flattened prompts, prompt and completion tokens": {
      attributes: {
        "gen_ai.system": "Anthropic",
        "llm.request.type": "chat",
        "gen_ai.request.model": "claude",
        "gen_ai.prompt.0.role": "user",
        "gen_ai.usage.prompt_tokens": "10",
        "gen_ai.usage.completion_tokens": "4",
        "llm.usage.total_tokens": 14,
      },
      dialect: "otel_genai",
      facts: {
        operation: "chat",
        model: "claude",
        requestModel: "claude",
        provider: "anthropic",
        inputUncached: 10,
        output: 4,
      },
    },
    "1.37: provider name, cache inside the input, reasoning inside the output": {
      attributes: {
        ...chat,
        "gen_ai.provider.name": "openai",
        "gen_ai.response.model": "m-2",
        "gen_ai.conversation.id": "c",
        "gen_ai.agent.name": "helper",
        "gen_ai.agent.id": "a1",
        "gen_ai.response.finish_reasons": ["stop", "length"],
        "gen_ai.response.time_to_first_chunk": 0.25,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 50,
        "gen_ai.usage.cache_read.input_tokens": 60,
        "gen_ai.usage.cache_creation.input_tokens": 10,
        "gen_ai.usage.reasoning.output_tokens": 20,
      },
      dialect: "otel_genai",
      facts: {
        operation: "chat",
        model: "m-2",
        requestModel: "m",
        provider: "openai",
        sessionId: "c",
        agentName: "helper",
        agentId: "a1",
        finishReason: "stop",
        timeToFirstToken: 0.25,
        inputUncached: 30,
        cacheRead: 60,
        cacheWrite: 10,
        output: 30,
        reasoning: 20,
      },
    },
    "an agent in this process repeats its children's usage": {
      name: "invoke_agent helper",
      kind: 1,
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 10 },
      dialect: "otel_genai",
      facts: { operation: "invoke_agent", agentName: "helper" },
    },
    "an agent in another process is the only one to tell its usage": {
      kind: CLIENT,
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "remote",
        "server.address": "agents.example",
        "gen_ai.usage.input_tokens": 10,
      },
      dialect: "otel_genai",
      facts: { operation: "invoke_agent", agentName: "remote", inputUncached: 10 },
    },
    "an agent span named after its model does not name the agent": {
      name: "invoke_agent m",
      attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "m" },
      dialect: "otel_genai",
      facts: { operation: "invoke_agent", model: "m", requestModel: "m" },
    },
    "a tool span without an operation is told by the tool's name": {
      name: "running tool: search",
      attributes: { "gen_ai.tool.name": "search" },
      dialect: "otel_genai",
      facts: { operation: "execute_tool", toolName: "search" },
    },
    "a tool span without the tool's name is named by the span": {
      name: "execute_tool search",
      attributes: { "gen_ai.operation.name": "execute_tool" },
      dialect: "otel_genai",
      facts: { operation: "execute_tool", toolName: "search" },
    },
    "an agent span without an operation is told by the agent's name": {
      attributes: { "gen_ai.agent.name": "joker", "gen_ai.usage.input_tokens": 10 },
      dialect: "otel_genai",
      facts: { operation: "invoke_agent", agentName: "joker" },
    },
    "a memory operation": {
      attributes: { "gen_ai.operation.name": "search_memory" },
      dialect: "otel_genai",
      facts: { operation: "memory" },
    },
    "a workflow": {
      attributes: { "gen_ai.operation.name": "invoke_workflow", "gen_ai.usage.input_tokens": 10 },
      dialect: "otel_genai",
      facts: { operation: "invoke_workflow" },
    },
    "an operation no one knows, on a model": {
      attributes: { ...chat, "gen_ai.operation.name": "sing" },
      dialect: "otel_genai",
      facts: chatFacts,
    },
    "a framework that calls itself the provider": {
      attributes: { "gen_ai.operation.name": "chain", "gen_ai.system": "langchain" },
      dialect: "otel_genai",
      facts: { operation: "chain" },
    },
  });

  it.each([
    ["openai.chat", "openai"],
    ["openai.responses", "openai"],
    ["az.ai.openai", "azure.ai.openai"],
    ["Azure", "azure.ai.openai"],
    ["az.ai.inference", "azure.ai.inference"],
    ["Anthropic", "anthropic"],
    ["anthropic.messages", "anthropic"],
    ["amazon-bedrock", "aws.bedrock"],
    ["AWS", "aws.bedrock"],
    ["google.generative-ai", "gcp.gemini"],
    ["google.vertex.chat", "gcp.vertex_ai"],
    ["vertex_ai", "gcp.vertex_ai"],
    ["gcp.gen_ai", "gcp.gen_ai"],
    ["MistralAI", "mistral_ai"],
    ["xai.chat", "x_ai"],
    ["Ollama", "ollama"],
    ["__proto__", "__proto__"],
  ])("writes the provider %s as %s", (told, provider) => {
    expect(read({ attributes: { ...chat, "gen_ai.system": told } }).facts.provider).toBe(provider);
  });
});

describe("OpenInference spans", () => {
  check({
    "a model call": {
      attributes: {
        "openinference.span.kind": "LLM",
        "llm.model_name": "gpt",
        "llm.provider": "OpenAI",
        "llm.token_count.prompt": 100,
        "llm.token_count.completion": 30,
        "llm.token_count.total": 130,
        "llm.token_count.prompt_details.cache_read": 60,
        "llm.token_count.completion_details.reasoning": 10,
        metadata: '{"thread_id": "t1", "user_id": 7}',
      },
      dialect: "openinference",
      facts: {
        operation: "chat",
        model: "gpt",
        requestModel: "gpt",
        provider: "openai",
        sessionId: "t1",
        userId: "7",
        inputUncached: 40,
        cacheRead: 60,
        output: 20,
        reasoning: 10,
      },
    },
    "a model call inside a node of a LangGraph, which stands for the agent": {
      attributes: {
        "openinference.span.kind": "LLM",
        metadata: '{"langgraph_node": "researcher", "langgraph_step": 2, "thread_id": "t1"}',
      },
      dialect: "openinference",
      facts: { operation: "chat", agentName: "researcher", sessionId: "t1" },
    },
    "an agent repeats its children's usage": {
      name: "ToolCallingAgent.run",
      attributes: { "openinference.span.kind": "AGENT", "llm.token_count.prompt": 100 },
      dialect: "openinference",
      facts: { operation: "invoke_agent", agentName: "ToolCallingAgent" },
    },
    "an agent with a name": {
      name: "run",
      attributes: { "openinference.span.kind": "AGENT", "agent.name": "planner", "graph.node.id": "n" },
      dialect: "openinference",
      facts: { operation: "invoke_agent", agentName: "planner" },
    },
    "a chain repeats its children's usage": {
      attributes: { "openinference.span.kind": "CHAIN", "llm.token_count.total": 100 },
      dialect: "openinference",
      facts: { operation: "chain" },
    },
    "a tool": {
      name: "search",
      attributes: { "openinference.span.kind": "TOOL" },
      dialect: "openinference",
      facts: { operation: "execute_tool", toolName: "search" },
    },
    "an embedding": {
      attributes: {
        "openinference.span.kind": "EMBEDDING",
        "embedding.model_name": "e",
        "llm.token_count.total": 8,
      },
      dialect: "openinference",
      facts: { operation: "embeddings", model: "e", requestModel: "e", inputUncached: 8 },
    },
    "a kind written in lower case, and one no one knows": {
      attributes: { "openinference.span.kind": "reranker", "reranker.model_name": "r" },
      dialect: "openinference",
      facts: { operation: "rerank", model: "r", requestModel: "r" },
    },
    "metadata that is cut short": {
      attributes: { "openinference.span.kind": "PROMPT", metadata: '{"session_id": "s' },
      dialect: "openinference",
      facts: { operation: "chain" },
    },
  });
});

describe("Vercel AI SDK spans", () => {
  const inner = {
    "ai.operationId": "ai.generateText.doGenerate",
    "ai.model.id": "m",
    "ai.model.provider": "anthropic.messages",
  };
  const innerFacts = { operation: "chat", model: "m", requestModel: "m", provider: "anthropic" } as const;
  check({
    "the outer span repeats the inner one's usage": {
      attributes: {
        "operation.name": "ai.generateText greeter",
        "ai.operationId": "ai.generateText",
        "ai.telemetry.functionId": "greeter",
        "ai.usage.promptTokens": 10,
        "ai.telemetry.metadata.userId": "u",
        "ai.telemetry.metadata.sessionId": "s",
      },
      dialect: "vercel_ai_sdk",
      facts: { operation: "invoke_agent", agentName: "greeter", sessionId: "s", userId: "u" },
    },
    "the operation's name alone, with the function id appended": {
      scopeName: "ai",
      attributes: { "operation.name": "ai.streamText.doStream my fn", "ai.response.msToFirstChunk": 250 },
      dialect: "vercel_ai_sdk",
      facts: { operation: "chat", timeToFirstToken: 0.25 },
    },
    "version 4 reports no number as NaN": {
      attributes: { ...inner, "ai.usage.promptTokens": Number.NaN, "ai.usage.completionTokens": Number.NaN },
      dialect: "vercel_ai_sdk",
      facts: innerFacts,
    },
    "version 5 with Anthropic: the cache lies beside the input, told by the provider's own usage": {
      attributes: {
        ...inner,
        "ai.usage.inputTokens": 100,
        "ai.usage.outputTokens": 20,
        "ai.usage.cachedInputTokens": 60,
        "ai.response.providerMetadata":
          '{"anthropic":{"usage":{"input_tokens":100,"cache_read_input_tokens":60,' +
          '"cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":4}}}}',
      },
      dialect: "vercel_ai_sdk",
      facts: {
        ...innerFacts,
        inputUncached: 100,
        cacheRead: 60,
        cacheWrite: 3,
        cacheWriteLong: 4,
        output: 20,
      },
    },
    "version 4 with OpenAI: the cache is told only by the metadata": {
      attributes: {
        ...inner,
        "ai.model.provider": "openai.chat",
        "ai.usage.promptTokens": 100,
        "ai.usage.completionTokens": 20,
        "ai.response.providerMetadata": '{"openai":{"cachedPromptTokens":64,"reasoningTokens":5}}',
      },
      dialect: "vercel_ai_sdk",
      facts: {
        ...innerFacts,
        provider: "openai",
        inputUncached: 36,
        cacheRead: 64,
        output: 15,
        reasoning: 5,
      },
    },
    "version 6 tells what was not cached": {
      attributes: {
        ...inner,
        "ai.usage.inputTokens": 100,
        "ai.usage.outputTokens": 20,
        "ai.usage.inputTokenDetails.noCacheTokens": 30,
        "ai.usage.inputTokenDetails.cacheReadTokens": 60,
        "ai.usage.inputTokenDetails.cacheWriteTokens": 10,
        "ai.usage.outputTokenDetails.reasoningTokens": 5,
      },
      dialect: "vercel_ai_sdk",
      facts: { ...innerFacts, inputUncached: 30, cacheRead: 60, cacheWrite: 10, output: 15, reasoning: 5 },
    },
    "metadata that is cut short": {
      attributes: { ...inner, "ai.usage.inputTokens": 10, "ai.response.providerMetadata": '{"cache' },
      dialect: "vercel_ai_sdk",
      facts: { ...innerFacts, inputUncached: 10 },
    },
    "version 7's step": {
      scopeName: "gen_ai",
      name: "step 1",
      attributes: { "gen_ai.operation.name": "agent_step", "ai.usage.outputTokenDetails.reasoningTokens": 5 },
      dialect: "vercel_ai_sdk",
      facts: { operation: "chain" },
    },
    "an operation of a later version": {
      attributes: { "ai.operationId": "ai.danceText", "ai.usage.inputTokens": 5 },
      dialect: "vercel_ai_sdk",
      facts: { operation: "chain" },
    },
  });
});

describe("content keys", () => {
  it.each([
    ["gen_ai.input.messages", true],
    ["gen_ai.prompt.12.content", true],
    ["gen_ai.completion.0.tool_calls.0.arguments", true],
    ["llm.input_messages.0.message.content", true],
    ["ai.prompt.messages", true],
    ["ai.toolCall.result", true],
    ["input.value", true],
    ["gen_ai.prompt.name", false],
    ["ai.prompt.toolChoice", false],
    ["gen_ai.request.model", false],
    ["http.request.method", false],
    ["__proto__", false],
  ])("%s: %s", (key, isContent) => {
    expect([isContentKey(key), isContentKey(key)]).toEqual([isContent, isContent]);
  });

  it("are named by every dialect, whose names differ", () => {
    // LlamaIndex's own package keeps all content in events.
    const withAttributes = DIALECTS.filter((dialect) => dialect.name !== "llamaindex_otel");
    for (const dialect of withAttributes) expect(dialect.contentKeys.length).toBeGreaterThan(0);
    expect(new Set(DIALECTS.map((dialect) => dialect.name)).size).toBe(DIALECTS.length);
  });
});
