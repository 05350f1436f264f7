import { describe, expect, it } from "vitest";
import type { SpanFacts } from "./dialect.ts";
import { createFacts, readSpanFacts } from "./registry.ts";
import { type TestSpanInput, testSpan } from "./testing/otlp-json.ts";
import { toldFacts } from "./testing/told-facts.ts";

const INTERNAL = 1;
const SERVER = 2;
const CLIENT = 3;

/** What plain sums over some spans give. */
function sumsOf(spans: readonly TestSpanInput[]) {
  const sums = { input: 0, output: 0, costUsd: 0, toolCalls: 0, modelCalls: 0 };
  const facts = createFacts();
  for (const span of spans) {
    readSpanFacts(testSpan(span).view, facts);
    sums.input +=
      facts.inputUncached + facts.cacheRead + facts.cacheWrite + facts.cacheWriteLong + facts.inputAudio;
    sums.output += facts.output + facts.reasoning + facts.outputAudio;
    if (!Number.isNaN(facts.reportedCostUsd)) sums.costUsd += facts.reportedCostUsd;
    if (facts.operation === "execute_tool") sums.toolCalls++;
    if (facts.operation === "chat" || facts.operation === "generate_content") sums.modelCalls++;
  }
  return sums;
}

function factsOf(span: TestSpanInput): Partial<SpanFacts> {
  const facts = createFacts();
  readSpanFacts(testSpan(span).view, facts);
  return toldFacts(facts);
}

const USAGE = {
  "gen_ai.usage.input_tokens": 100,
  "gen_ai.usage.output_tokens": 20,
  "gen_ai.usage.cost": 0.5,
};
const CHAT = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m" };
const OI_USAGE = { "llm.token_count.prompt": 100, "llm.token_count.completion": 20, "llm.cost.total": 0.5 };
const MLFLOW_COST = '{"input_cost":0.2,"output_cost":0.3,"total_cost":0.5}';
const MLFLOW_USAGE = '{"input_tokens":100,"output_tokens":20}';
const once = { input: 100, output: 20, costUsd: 0.5 };

describe("double counting", () => {
  it.each<[string, TestSpanInput[]]>([
    [
      "an agent and a workflow around a model call (GenAI conventions)",
      [
        { attributes: { "gen_ai.operation.name": "invoke_workflow", ...USAGE } },
        { kind: INTERNAL, attributes: { "gen_ai.operation.name": "invoke_agent", ...USAGE } },
        { kind: CLIENT, attributes: { ...CHAT, ...USAGE } },
      ],
    ],
    [
      "ai.generateText around its .doGenerate, ai.embed around its .doEmbed (Vercel AI SDK)",
      [
        {
          attributes: { "ai.operationId": "ai.generateText", "ai.usage.promptTokens": 60, ...USAGE },
        },
        {
          attributes: {
            "ai.operationId": "ai.generateText.doGenerate",
            "ai.usage.promptTokens": 60,
            "ai.usage.completionTokens": 20,
            "gen_ai.usage.cost": 0.25,
          },
        },
        { attributes: { "ai.operationId": "ai.embed", "ai.usage.tokens": 40, "gen_ai.usage.cost": 0.25 } },
        {
          attributes: {
            "ai.operationId": "ai.embed.doEmbed",
            "ai.usage.tokens": 40,
            "gen_ai.usage.cost": 0.25,
          },
        },
      ],
    ],
    [
      "an agent and a chain around a model call (OpenInference)",
      [
        { attributes: { "openinference.span.kind": "CHAIN", ...OI_USAGE } },
        { attributes: { "openinference.span.kind": "AGENT", ...OI_USAGE } },
        { attributes: { "openinference.span.kind": "LLM", ...OI_USAGE } },
      ],
    ],
    [
      "a workflow, an agent and a task around a model call (OpenLLMetry)",
      [
        { attributes: { "traceloop.span.kind": "workflow", ...USAGE } },
        { attributes: { "traceloop.span.kind": "agent", ...USAGE } },
        { attributes: { "traceloop.span.kind": "task", ...USAGE } },
        { attributes: { "traceloop.workflow.name": "w", ...CHAT, ...USAGE } },
      ],
    ],
    [
      "a chain and a retriever around a model call (LangSmith)",
      [
        { attributes: { "langsmith.span.kind": "chain", ...USAGE } },
        { attributes: { "langsmith.span.kind": "retriever", ...USAGE } },
        { attributes: { "langsmith.span.kind": "llm", ...CHAT, ...USAGE } },
      ],
    ],
    [
      "an agent around a model call (MLflow)",
      [
        {
          attributes: {
            "mlflow.spanType": '"AGENT"',
            "mlflow.chat.tokenUsage": MLFLOW_USAGE,
            "mlflow.llm.cost": MLFLOW_COST,
            ...USAGE,
          },
        },
        {
          attributes: {
            "mlflow.spanType": '"CHAT_MODEL"',
            "mlflow.chat.tokenUsage": MLFLOW_USAGE,
            "mlflow.llm.cost": MLFLOW_COST,
          },
        },
      ],
    ],
    [
      "an agent's run around a model call (Pydantic AI before version 1)",
      [
        { scopeName: "pydantic-ai", attributes: { agent_name: "a", ...USAGE } },
        { scopeName: "pydantic-ai", attributes: { ...CHAT, ...USAGE } },
      ],
    ],
    [
      "Google ADK's call_llm around the span of OpenTelemetry's google_genai instrumentation",
      [
        { scopeName: "gcp.vertex.agent", attributes: { "gen_ai.request.model": "m", ...USAGE } },
        {
          scopeName: "opentelemetry.instrumentation.google_genai",
          attributes: {
            ...CHAT,
            "gen_ai.operation.name": "generate_content",
            "gcp.vertex.agent.event_id": "e",
            ...USAGE,
          },
        },
      ],
    ],
    [
      "CrewAI's agent around litellm's call, from two instrumentors",
      [
        {
          name: "Researcher._execute_core",
          scopeName: "openinference.instrumentation.crewai",
          attributes: { "openinference.span.kind": "AGENT", ...OI_USAGE },
        },
        {
          name: "completion",
          scopeName: "openinference.instrumentation.litellm",
          attributes: { "openinference.span.kind": "LLM", ...OI_USAGE },
        },
      ],
    ],
    [
      "CrewAI's own statistics beside an instrumentation",
      [
        { name: "Crew Execution", scopeName: "crewai.telemetry", attributes: USAGE },
        { name: "completion", attributes: { "openinference.span.kind": "LLM", ...OI_USAGE } },
      ],
    ],
    [
      "the server's side of an MCP call that repeats usage",
      [
        { attributes: { ...CHAT, ...USAGE } },
        {
          kind: SERVER,
          hasParent: true,
          attributes: { "mcp.method.name": "tools/call", "gen_ai.tool.name": "t", ...USAGE },
        },
      ],
    ],
  ])("%s: tokens and cost count once", (_trap, spans) => {
    expect(sumsOf(spans)).toMatchObject(once);
    expect(sumsOf([...spans].reverse())).toMatchObject(once);
  });

  it("an agent in another process keeps usage and cost, which no other span tells", () => {
    const remote = { "gen_ai.operation.name": "invoke_agent", "server.address": "agents.example" };
    expect(sumsOf([{ kind: CLIENT, attributes: { ...remote, ...USAGE } }])).toMatchObject(once);
    expect(
      sumsOf([{ kind: CLIENT, attributes: { ...remote, "gen_ai.usage.cost": 0.5 } }]).costUsd,
    ).toBeCloseTo(0.5);
  });

  const toolCall = { "mcp.method.name": "tools/call", "gen_ai.operation.name": "execute_tool" };

  it("MCP client and server twins are one tool call", () => {
    const twins = [CLIENT, SERVER].map((kind) => ({ kind, hasParent: true, attributes: toolCall }));
    expect(sumsOf(twins).toolCalls).toBe(1);
  });

  it("the Microsoft Agent Framework's execute_tool above its own MCP client span is one tool call", () => {
    const scopeName = "agent_framework";
    const framework = { scopeName, attributes: { "gen_ai.operation.name": "execute_tool" } };
    expect(
      sumsOf([framework, { scopeName, kind: CLIENT, hasParent: true, attributes: toolCall }]).toolCalls,
    ).toBe(1);
  });

  // The two below cannot be told from one span alone: see "What cannot be decided" in the feature's README.
  it("a framework's own execute_tool above an MCP client span is two tool calls, without tokens", () => {
    const framework = { attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "t" } };
    const client = { kind: CLIENT, hasParent: true, attributes: toolCall };
    expect(sumsOf([framework, client])).toMatchObject({ toolCalls: 2, input: 0, output: 0 });
  });

  it("two instrumentors that both report the usage of one model call count twice", () => {
    const call = { "openinference.span.kind": "LLM", ...OI_USAGE };
    const spans = ["litellm", "openai"].map((library) => ({
      scopeName: `openinference.instrumentation.${library}`,
      attributes: call,
    }));
    expect(sumsOf(spans)).toMatchObject({ modelCalls: 2, input: 200, output: 40 });
  });

  it("details.* that repeat totals are not added to them", () => {
    const details = {
      "gen_ai.usage.details.input_tokens": 100,
      "gen_ai.usage.details.output_tokens": 20,
      "gen_ai.usage.details.prompt_tokens": 100,
      "gen_ai.usage.details.total_tokens": 120,
    };
    for (const scopeName of ["pydantic-ai", "any"]) {
      expect(sumsOf([{ scopeName, attributes: { ...CHAT, ...USAGE, ...details } }])).toMatchObject(once);
    }
  });
});

describe("spellings of counts", () => {
  const counts = (usage: Record<string, unknown>) => {
    const {
      operation: _operation,
      model: _model,
      requestModel: _request,
      ...rest
    } = factsOf({
      attributes: { ...CHAT, ...usage },
    });
    return rest;
  };

  it.each<[string, Record<string, unknown>, Partial<SpanFacts>]>([
    [
      "inclusive cache tokens are taken out of the input",
      {
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 60,
        "gen_ai.usage.cache_creation.input_tokens": 30,
      },
      { inputUncached: 10, cacheRead: 60, cacheWrite: 30 },
    ],
    [
      "exclusive cache tokens are left beside the input where they exceed it",
      { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.cache_read.input_tokens": 60 },
      { inputUncached: 10, cacheRead: 60 },
    ],
    [
      "exclusive cache tokens are left beside the input where the total says so",
      {
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 60,
        "gen_ai.usage.total_tokens": 180,
      },
      { inputUncached: 100, cacheRead: 60, output: 20 },
    ],
    [
      "cache_write beside cache_creation is one cache write",
      {
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.cache_creation.input_tokens": 30,
        "gen_ai.usage.cache_write.input_tokens": 30,
      },
      { inputUncached: 70, cacheWrite: 30 },
    ],
    [
      "cache_write alone is taken out of the input",
      { "gen_ai.usage.input_tokens": 100, "gen_ai.usage.cache_write.input_tokens": 30 },
      { inputUncached: 70, cacheWrite: 30 },
    ],
    [
      "dotted beside flat names are one count",
      {
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.prompt_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 40,
        "gen_ai.usage.cache_read_input_tokens": 40,
        "gen_ai.usage.reasoning.output_tokens": 5,
        "gen_ai.usage.reasoning_tokens": 5,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.completion_tokens": 20,
      },
      { inputUncached: 60, cacheRead: 40, output: 15, reasoning: 5 },
    ],
    [
      "writes to the cache for an hour are taken out of the cache writes",
      {
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.cache_creation.input_tokens": 30,
        "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens": 20,
      },
      { inputUncached: 70, cacheWrite: 10, cacheWriteLong: 20 },
    ],
    [
      "writes for an hour never exceed the cache writes",
      {
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.cache_creation.input_tokens": 30,
        "gen_ai.usage.cache_creation.ephemeral_1h_input_tokens": 900,
      },
      { inputUncached: 70, cacheWriteLong: 30 },
    ],
    [
      "audio is taken out of the input and the output, cached audio stays a cache read",
      {
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 50,
        "gen_ai.usage.cache_read.input_tokens": 20,
        "gen_ai.usage.details.input_audio_tokens": 40,
        "gen_ai.usage.details.cache_audio_read_tokens": 15,
        "gen_ai.usage.details.output_audio_tokens": 30,
      },
      { inputUncached: 55, cacheRead: 20, inputAudio: 25, output: 20, outputAudio: 30 },
    ],
    [
      "integers as strings are numbers",
      { "gen_ai.usage.input_tokens": "100", "gen_ai.usage.output_tokens": "20" },
      { inputUncached: 100, output: 20 },
    ],
  ])("%s", (_trap, usage, expected) => {
    expect(counts(usage)).toEqual(expected);
  });
});

describe("arrays", () => {
  it.each<[string, Record<string, unknown>, Partial<SpanFacts>]>([
    [
      "finish reasons as a list",
      { ...CHAT, "gen_ai.response.finish_reasons": ["stop", "length"] },
      { finishReason: "stop" },
    ],
    [
      "finish reasons as JSON text",
      { ...CHAT, "gen_ai.response.finish_reasons": '["stop"]' },
      { finishReason: "stop" },
    ],
    [
      "finish reasons as one word",
      { ...CHAT, "gen_ai.response.finish_reasons": "stop" },
      { finishReason: "stop" },
    ],
    ["an empty list of them", { ...CHAT, "gen_ai.response.finish_reasons": [] }, {}],
    ["tags as a list", { "tag.tags": ["a", "b", "a", ""] }, { tags: ["a", "b"] }],
    ["tags as JSON text", { "langfuse.trace.tags": '["a","b"]' }, { tags: ["a", "b"] }],
    ["tags as words", { "langsmith.span.tags": "a, b" }, { tags: ["a", "b"] }],
    ["tags under another name", { "langfuse.tags": ["a"] }, { tags: ["a"] }],
    ["tags that are numbers", { "tag.tags": [1, null, { a: 1 }] }, { tags: ["1"] }],
    ["tags that are no list after all", { "tag.tags": "[a" }, {}],
    ["tags that are a payload", { "tag.tags": "a,".repeat(10_000) }, {}],
  ])("%s", (_trap, attributes, expected) => {
    expect(factsOf({ attributes })).toMatchObject(expected);
    if (Object.keys(expected).length === 0) expect(factsOf({ attributes }).tags ?? []).toEqual([]);
  });

  it.each<[string, TestSpanInput]>([
    [
      "the Vercel AI SDK's telemetry metadata",
      { attributes: { "ai.operationId": "ai.toolCall", "ai.telemetry.metadata.tags": ["a", "b"] } },
    ],
    [
      "Traceloop's association properties",
      { attributes: { "traceloop.span.kind": "tool", "traceloop.association.properties.tags": ["a", "b"] } },
    ],
    ["LangSmith's trace", { attributes: { "langsmith.span.kind": "tool", "langsmith.trace.tags": "a, b" } }],
    [
      "LangSmith's metadata",
      { attributes: { "langsmith.span.kind": "tool", "langsmith.metadata.tags": '["a","b"]' } },
    ],
  ])("tags in %s", (_where, span) => {
    expect(factsOf(span).tags).toEqual(["a", "b"]);
  });

  it("tags of one span are not those of the next", () => {
    const facts = createFacts();
    readSpanFacts(testSpan({ attributes: { "tag.tags": ["a"] } }).view, facts);
    readSpanFacts(testSpan({ attributes: {} }).view, facts);
    expect(facts.tags).toEqual([]);
  });
});

describe("tier, version and cost by the sender's account", () => {
  it.each<[string, TestSpanInput, Partial<SpanFacts>]>([
    [
      "OpenAI's tier",
      { attributes: { ...CHAT, "openai.response.service_tier": "flex" } },
      { serviceTier: "flex" },
    ],
    [
      "a tier without a provider's name",
      { attributes: { ...CHAT, "gen_ai.response.service_tier": "batch" } },
      { serviceTier: "batch" },
    ],
    [
      "a tier in OpenInference's parameters",
      {
        attributes: {
          "openinference.span.kind": "LLM",
          "llm.invocation_parameters":
            '{"messages":"\\"service_tier\\":\\"no\\"","service_tier": "priority"}',
        },
      },
      { serviceTier: "priority" },
    ],
    [
      "a tier and an hour's cache in the Vercel AI SDK's provider metadata",
      {
        attributes: {
          "ai.operationId": "ai.streamText.doStream",
          "ai.usage.inputTokens": 100,
          "ai.usage.inputTokenDetails.noCacheTokens": 60,
          "ai.usage.inputTokenDetails.cacheWriteTokens": 40,
          "ai.response.providerMetadata":
            '{"anthropic":{"usage":{"service_tier":"batch","cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":30}}}}',
        },
      },
      { serviceTier: "batch", inputUncached: 60, cacheWrite: 10, cacheWriteLong: 30 },
    ],
    [
      "a tier, audio and an hour's cache inside an answer",
      {
        attributes: {
          "openinference.span.kind": "LLM",
          "output.value":
            '{"usage":{"input_tokens":50,"output_tokens":5,"cache_creation_input_tokens":40,"service_tier":"batch","cache_creation":{"ephemeral_1h_input_tokens":30},"output_tokens_details":{"audio_tokens":2}}}',
        },
      },
      {
        serviceTier: "batch",
        inputUncached: 50,
        cacheWrite: 10,
        cacheWriteLong: 30,
        output: 3,
        outputAudio: 2,
      },
    ],
    [
      "an agent's version before its service's",
      { attributes: { ...CHAT, "gen_ai.agent.version": "7" }, resource: { "service.version": "1" } },
      { agentVersion: "7" },
    ],
    [
      "a service's version",
      { attributes: CHAT, resource: { "service.version": "1" } },
      { agentVersion: "1" },
    ],
    ["Pydantic AI's cost", { attributes: { ...CHAT, "operation.cost": 0.25 } }, { reportedCostUsd: 0.25 }],
    [
      "AgentOps' cost",
      { attributes: { ...CHAT, "gen_ai.usage.total_cost": "0.25" } },
      { reportedCostUsd: 0.25 },
    ],
  ])("%s", (_what, span, expected) => {
    expect(factsOf(span)).toMatchObject(expected);
  });

  it("a negative cost is none", () => {
    expect(factsOf({ attributes: { ...CHAT, "gen_ai.usage.cost": -1 } }).reportedCostUsd).toBeUndefined();
  });
});
