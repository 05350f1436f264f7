import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Message, Operation } from "../../telemetry-contract.ts";
import type { SpanFacts } from "./dialect.ts";
import { createFacts, readMessages, readSpanFacts } from "./registry.ts";
import { spansOfOtlpJson, type TestSpan } from "./testing/otlp-json.ts";
import { readJson, testDataFolder } from "./testing/test-data.ts";
import { toldFacts } from "./testing/told-facts.ts";

/** The exclusive buckets that tokens are counted in. */
const BUCKETS = [
  "inputUncached",
  "cacheRead",
  "cacheWrite",
  "cacheWriteLong",
  "inputAudio",
  "output",
  "reasoning",
  "outputAudio",
] as const satisfies (keyof SpanFacts)[];
type Bucket = (typeof BUCKETS)[number];

/** What one trace of a producer amounts to. Lists hold distinct values, sorted; what is left out is empty. */
interface TraceSummary {
  operations: Partial<Record<Operation | "", number>>;
  agents?: string[];
  models?: string[];
  providers?: string[];
  tools?: string[];
  sessions?: string[];
  users?: string[];
  /** Plain sums over the trace: what the providers were asked for, each token once. */
  tokens?: Partial<Record<Bucket, number>>;
}

interface Producer extends TraceSummary {
  /** Where the shape of the spans is defined: repository and path. */
  source: string;
  /** A file of `fixtures/`, beside which `*.expected.json` holds the reading of each span. */
  fixture: string;
}

/** A recorded trace of a producer; recorded-traces.test.ts compares its messages with those expected. */
interface Recording extends TraceSummary {
  /** A file of the folder that test-data.ts finds. */
  file: string;
}

const OPENLLMETRY = "traceloop/openllmetry, packages/opentelemetry-instrumentation";
const OPENINFERENCE = "Arize-ai/openinference, python/instrumentation/openinference-instrumentation";

const PRODUCERS: Record<string, Producer> = {
  "OpenLLMetry up to 0.4": {
    source: `${OPENLLMETRY}-openai/opentelemetry/instrumentation/openai`,
    fixture: "openllmetry-0.4",
    operations: { invoke_workflow: 1, invoke_agent: 1, execute_tool: 1, chat: 1 },
    agents: ["router"],
    models: ["gpt-4o-2024-08-06"],
    providers: ["openai"],
    tools: ["track"],
    sessions: ["ses-11"],
    users: ["usr-7"],
    tokens: { inputUncached: 56, cacheRead: 64, output: 24 },
  },
  "OpenLLMetry since 0.5": {
    source: `${OPENLLMETRY}-anthropic/opentelemetry/instrumentation/anthropic`,
    fixture: "openllmetry-0.5",
    operations: { invoke_workflow: 1, chat: 1 },
    models: ["claude-sonnet-4-5-20250929"],
    providers: ["anthropic"],
    sessions: ["ses-11"],
    users: ["usr-7"],
    tokens: { inputUncached: 100, cacheRead: 1500, cacheWrite: 500, output: 30 },
  },
  "LangGraph and LangChain through OpenLLMetry": {
    source: `${OPENLLMETRY}-langchain/opentelemetry/instrumentation/langchain/callback_handler.py`,
    fixture: "langgraph-openllmetry",
    operations: { invoke_workflow: 1, chain: 1, chat: 1, execute_tool: 1 },
    agents: ["planner"],
    models: ["gpt-4.1-2025-04-14"],
    providers: ["openai"],
    tools: ["trains"],
    sessions: ["thr-3"],
    users: ["usr-3"],
    tokens: { inputUncached: 50, output: 12 },
  },
  "LangGraph and LangChain through OpenInference": {
    source: `${OPENINFERENCE}-langchain/src/openinference/instrumentation/langchain/_tracer.py`,
    fixture: "langgraph-openinference",
    operations: { chain: 2, chat: 1, execute_tool: 1 },
    agents: ["planner"],
    models: ["gpt-4.1-2025-04-14"],
    providers: ["openai"],
    tools: ["trains"],
    sessions: ["thr-4"],
    users: ["usr-4"],
    tokens: { inputUncached: 50, cacheRead: 30, inputAudio: 10, output: 20, reasoning: 16, outputAudio: 4 },
  },
  "LangSmith's exporter": {
    source: "langchain-ai/langsmith-sdk, python/langsmith/_internal/otel/_otel_exporter.py",
    fixture: "langsmith",
    operations: { chain: 1, chat: 1, execute_tool: 1 },
    agents: ["writer"],
    models: ["claude-haiku-4-5"],
    providers: ["anthropic"],
    tools: ["lookup"],
    sessions: ["thr-5"],
    users: ["usr-5"],
    tokens: {
      inputUncached: 100,
      cacheRead: 200,
      cacheWrite: 30,
      cacheWriteLong: 70,
      output: 40,
      reasoning: 20,
    },
  },
  "OpenAI Agents through OpenLLMetry": {
    source: `${OPENLLMETRY}-openai-agents/opentelemetry/instrumentation/openai_agents/_hooks.py`,
    fixture: "openai-agents-openllmetry",
    operations: {
      invoke_workflow: 1,
      invoke_agent: 1,
      chat: 1,
      execute_tool: 1,
      chain: 1,
      generate_content: 1,
    },
    agents: ["Triage"],
    models: ["gpt-5-mini-2025-08-07", "tts-1"],
    providers: ["openai"],
    tools: ["open_case"],
    sessions: ["conv-6"],
    users: ["usr-6"],
    tokens: { inputUncached: 92, cacheRead: 128, output: 26, reasoning: 64 },
  },
  "CrewAI and litellm through OpenInference": {
    source: `${OPENINFERENCE}-crewai/tests/test_instrumentor.py and …-litellm/src`,
    fixture: "crewai-openinference-litellm",
    operations: { chain: 1, invoke_agent: 1, chat: 1, execute_tool: 1 },
    agents: ["Researcher"],
    models: ["gpt-4.1-nano"],
    providers: ["openai"],
    tools: ["search"],
    sessions: ["ses-7"],
    users: ["usr-7"],
    tokens: { inputUncached: 80, output: 20 },
  },
  "CrewAI through OpenLLMetry": {
    source: `${OPENLLMETRY}-crewai/tests/test_semconv_attrs.py`,
    fixture: "crewai-openllmetry",
    operations: { invoke_workflow: 1, chain: 1, invoke_agent: 1, chat: 2 },
    agents: ["Researcher"],
    models: ["gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"],
    providers: ["openai"],
    sessions: ["ses-8"],
    users: ["usr-8"],
    tokens: { inputUncached: 80, output: 20 },
  },
  "CrewAI's usage statistics": {
    source: "crewAIInc/crewAI, src/crewai/telemetry/telemetry.py",
    fixture: "crewai-telemetry",
    operations: { "": 3 },
    agents: ["Researcher"],
  },
  "Pydantic AI, details that repeat totals": {
    source: "pydantic/pydantic-ai, pydantic_ai_slim/pydantic_ai/models/instrumented.py",
    fixture: "pydantic-ai-details",
    operations: { invoke_agent: 1, chat: 1, execute_tool: 1 },
    agents: ["weather_agent"],
    models: ["gpt-4o-audio-preview-2025-06-03"],
    providers: ["openai"],
    tools: ["weather"],
    sessions: ["conv-13"],
    tokens: {
      inputUncached: 35,
      cacheRead: 20,
      cacheWrite: 10,
      inputAudio: 35,
      output: 140,
      reasoning: 30,
      outputAudio: 30,
    },
  },
  "Logfire's wrapper of OpenAI's library": {
    source: "pydantic/logfire, logfire/_internal/integrations/llm_providers/openai.py",
    fixture: "logfire-openai",
    operations: { chat: 1 },
    models: ["gpt-4o-mini-2024-07-18"],
    providers: ["openai"],
    sessions: ["ses-12"],
    users: ["usr-12"],
    tokens: { inputUncached: 30, output: 6 },
  },
  "Google ADK": {
    source: "google/adk-python, src/google/adk/telemetry/tracing.py",
    fixture: "google-adk",
    operations: { invoke_workflow: 1, invoke_agent: 1, chat: 1, chain: 1, execute_tool: 1 },
    agents: ["planner"],
    models: ["gemini-2.5-flash"],
    providers: ["gcp.gemini", "gcp.vertex_ai"],
    tools: ["weather"],
    sessions: ["ses-14"],
    users: ["usr-14"],
    tokens: { inputUncached: 10, cacheRead: 30, output: 5, reasoning: 8 },
  },
  "Google ADK above OpenTelemetry's google_genai": {
    source: "google/adk-python, src/google/adk/telemetry/tracing.py, use_generate_content_span",
    fixture: "google-adk-google-genai",
    operations: { invoke_workflow: 1, invoke_agent: 1, chat: 1, chain: 1, execute_tool: 1 },
    agents: ["planner"],
    models: ["gemini-2.5-flash"],
    providers: ["gcp.gemini", "gcp.vertex_ai"],
    tools: ["weather"],
    sessions: ["ses-14"],
    users: ["usr-14"],
    tokens: { inputUncached: 10, cacheRead: 30, output: 5, reasoning: 8 },
  },
  MLflow: {
    source: "mlflow/mlflow, mlflow/tracing/constant.py",
    fixture: "mlflow",
    operations: { invoke_agent: 1, chat: 1, execute_tool: 1 },
    agents: ["support"],
    models: ["gpt-4o-mini"],
    providers: ["openai"],
    tools: ["weather"],
    sessions: ["ses-15"],
    users: ["usr-15"],
    tokens: { inputUncached: 40, cacheRead: 60, output: 20 },
  },
  Genkit: {
    source: "firebase/genkit, js/core/src/tracing/instrumentation.ts",
    fixture: "genkit",
    operations: { invoke_workflow: 1, chain: 1, chat: 1, execute_tool: 1 },
    agents: ["weatherFlow"],
    models: ["gemini-2.5-flash"],
    providers: ["gcp.gemini"],
    tools: ["weather"],
    sessions: ["ses-16"],
    users: ["usr-16"],
    tokens: { inputUncached: 30, cacheRead: 20, output: 9, reasoning: 5 },
  },
  "Semantic Kernel": {
    source: "microsoft/semantic-kernel, python/semantic_kernel/utils/telemetry/model_diagnostics",
    fixture: "semantic-kernel",
    operations: { invoke_agent: 1, chat: 1, execute_tool: 1 },
    agents: ["Host"],
    models: ["gpt-4o"],
    providers: ["openai"],
    tools: ["Menu-today"],
    sessions: ["ses-17"],
    users: ["usr-17"],
    tokens: { inputUncached: 16, output: 28 },
  },
  "Microsoft Agent Framework": {
    source: "microsoft/agent-framework, python/packages/core/agent_framework/observability.py",
    fixture: "ms-agent-framework",
    operations: { invoke_workflow: 1, chain: 1, invoke_agent: 1, chat: 1, execute_tool: 1 },
    agents: ["Writer"],
    models: ["gpt-4o-mini-2024-07-18"],
    providers: ["openai"],
    tools: ["count"],
    sessions: ["conv-18"],
    users: ["usr-18"],
    tokens: { inputUncached: 26, output: 29 },
  },
  smolagents: {
    source: `${OPENINFERENCE}-smolagents/src/openinference/instrumentation/smolagents/_wrappers.py`,
    fixture: "smolagents",
    operations: { invoke_agent: 1, chain: 1, chat: 1, execute_tool: 1 },
    agents: ["ToolCallingAgent"],
    models: ["gpt-4o"],
    providers: ["openai"],
    tools: ["weather"],
    sessions: ["ses-19"],
    users: ["usr-19"],
    tokens: { inputUncached: 1200, output: 40 },
  },
  "LlamaIndex's own package, with and without GenAI spans": {
    source: "run-llama/llama_index, llama-index-observability-otel/llama_index/observability/otel",
    fixture: "llamaindex-otel",
    operations: { invoke_workflow: 1, chat: 2, execute_tool: 1, retrieval: 1 },
    models: ["gpt-4o-mini"],
    tools: ["weather"],
    sessions: ["ses-20"],
    users: ["usr-20"],
    tokens: { inputUncached: 33, output: 3 },
  },
};

const RECORDINGS: Record<string, Recording> = {
  "Agno, whose tokens are inside the provider's answers": {
    file: "agno-2025-06-11",
    operations: { invoke_agent: 1, chat: 2, execute_tool: 1, "": 2 },
    agents: ["Agent"],
    models: ["gpt-4o-mini"],
    providers: ["openai"],
    tools: ["duckduckgo_search"],
    sessions: ["35cc6c90-b657-4819-b66c-c931c03ad569"],
    tokens: { inputUncached: 826, output: 245 },
  },
  "BeeAI: one tool call and one model call per call, one agent by its class": {
    file: "beeai-2025-08-01",
    operations: { chain: 26, chat: 1, invoke_agent: 1, execute_tool: 1 },
    agents: ["ReActAgent"],
    models: ["gpt-4o-mini"],
    providers: ["openai"],
    tools: ["wikipedia"],
  },
  "Claude Agent SDK through LangSmith's exporter": {
    file: "claude-agent-2025-12-22",
    operations: { chat: 4, chain: 1, execute_tool: 2 },
    models: ["claude-sonnet-4-5-20250929"],
    providers: ["anthropic"],
    tools: ["mcp__weather__get_weather"],
    sessions: ["6fb9b4b8-dd4d-4d41-8d4f-c0c0799a6559"],
  },
  "Google's library through OpenInference": {
    file: "google-gemini-2025-08-01",
    operations: { chat: 1 },
    models: ["gemini-2.5-flash"],
    providers: ["gcp.gemini"],
    tokens: { inputUncached: 6, output: 951, reasoning: 1104 },
  },
  "Koog, whose nodes are steps of the run": {
    file: "koog-2025-08-26",
    operations: { create_agent: 1, invoke_agent: 1, chain: 5, chat: 2, execute_tool: 2 },
    models: ["gpt-4o"],
    providers: ["openai"],
    tools: ["ByeTool", "HelloTool"],
    sessions: ["6f8d2449-33ed-4c7c-82e7-5410e34ee4e6"],
  },
  "LlamaIndex through OpenInference": {
    file: "llamaindex-2025-06-05",
    operations: { "": 1, chat: 1 },
    models: ["gpt-4o"],
    providers: ["openai"],
    tokens: { inputUncached: 13, output: 81 },
  },
  "OpenAI Agents through OpenInference": {
    file: "openai-agents-2025-09-30",
    operations: { invoke_workflow: 1, invoke_agent: 1, chat: 2, execute_tool: 1 },
    agents: ["Hello world"],
    models: ["gpt-4.1-2025-04-14"],
    providers: ["openai"],
    tools: ["get_weather"],
    tokens: { inputUncached: 140, output: 44 },
  },
  "Pydantic AI": {
    file: "pydantic-ai-tools-2025-12-04",
    operations: { "": 2, invoke_agent: 3, chat: 4, execute_tool: 3 },
    agents: ["evaluator_agent", "joke_agent"],
    models: ["gpt-4o-mini-2024-07-18"],
    providers: ["openai"],
    tools: ["get_dad_joke_suggestion", "get_one_liner_suggestion", "get_pun_suggestion"],
    tokens: { inputUncached: 1315, output: 209 },
  },
  "Vercel AI SDK": {
    file: "vercel-aisdk-2025-11-17",
    operations: { invoke_agent: 1, chat: 1, execute_tool: 1 },
    models: ["gpt-5", "gpt-5-2025-08-07"],
    providers: ["openai"],
    tools: ["getWeather"],
    tokens: { inputUncached: 62, output: 85 },
  },
};

const data = testDataFolder();

describe.skipIf(data === undefined)("recorded producers (skipped: data not found)", () => {
  it.each(Object.entries(RECORDINGS))("%s", (_name, { file, ...expected }) => {
    const recorded = readJson(join(data ?? "", "otlp", `${file}.otlp.json`));
    expect(summaryOf(read(spansOfOtlpJson(recorded)))).toEqual(expected);
  });
});

describe("producers", () => {
  it.each(Object.entries(PRODUCERS))("%s: the trace sums up to what happened", (_name, producer) => {
    const { source: _source, fixture, ...expected } = producer;
    expect(summaryOf(read(spansIn(fixture)))).toEqual(expected);
  });

  it.each(Object.entries(PRODUCERS))("%s: each span's facts and messages", (_name, { fixture }) => {
    const readings = Object.fromEntries(
      read(spansIn(fixture)).map(({ name, dialect, facts, input, output }) => [
        name,
        {
          dialect,
          facts: toldFacts(facts),
          ...(input.length > 0 && { input }),
          ...(output.length > 0 && { output }),
        },
      ]),
    );
    expect(readings).toEqual(readJson(join(FIXTURES, `${fixture}.expected.json`)));
  });

  it.each(Object.entries(PRODUCERS))("%s: parents first or children first is the same", (_name, producer) => {
    const spans = spansIn(producer.fixture);
    const inOrder = new Map(read(spans).map((reading) => [reading.name, reading]));
    for (const reading of read([...spans].reverse())) expect(reading).toEqual(inOrder.get(reading.name));
  });
});

const FIXTURES = join(import.meta.dirname, "fixtures");

interface Reading {
  name: string;
  dialect: string;
  facts: SpanFacts;
  input: Message[];
  output: Message[];
}

function spansIn(fixture: string): TestSpan[] {
  return spansOfOtlpJson(readJson(join(FIXTURES, `${fixture}.otlp.json`)));
}

/** One object of facts serves all spans, as at ingest. */
function read(spans: readonly TestSpan[]): Reading[] {
  const facts = createFacts();
  return spans.map(({ view, stored }) => {
    const dialect = readSpanFacts(view, facts);
    const { input, output } = readMessages(dialect, { ...stored, operation: facts.operation });
    return { name: view.name, dialect, facts: { ...facts, tags: [...facts.tags] }, input, output };
  });
}

function summaryOf(readings: readonly Reading[]): TraceSummary {
  const operations: TraceSummary["operations"] = {};
  const tokens: TraceSummary["tokens"] = {};
  for (const { facts } of readings) {
    operations[facts.operation] = (operations[facts.operation] ?? 0) + 1;
    for (const bucket of BUCKETS) {
      if (facts[bucket] > 0) tokens[bucket] = (tokens[bucket] ?? 0) + facts[bucket];
    }
  }
  const distinct = (
    fact: "agentName" | "model" | "provider" | "toolName" | "sessionId" | "userId",
    of = readings,
  ) => [...new Set(of.map(({ facts }) => facts[fact]))].filter((value) => value !== "").sort();
  const toolCalls = readings.filter(({ facts }) => facts.operation === "execute_tool");
  const lists = {
    agents: distinct("agentName"),
    models: distinct("model"),
    providers: distinct("provider"),
    tools: distinct("toolName", toolCalls),
    sessions: distinct("sessionId"),
    users: distinct("userId"),
  };
  return {
    operations,
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(Object.keys(tokens).length > 0 && { tokens }),
  };
}
