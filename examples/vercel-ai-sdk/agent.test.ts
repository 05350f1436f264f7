import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { brain, startOpenAiStub } from "../../src/platform/testing/openai-stub/openai-stub.ts";
import { type OtlpCollector, startOtlpCollector } from "../../src/platform/testing/otlp-collector.ts";

let collector: OtlpCollector;

beforeEach(async () => {
  collector = await startOtlpCollector();
});

afterEach(() => collector.stop());

async function runAgent(questions: string[], env: Record<string, string> = {}) {
  const agent = fileURLToPath(new URL("agent.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [agent, ...questions], {
    env: {
      PATH: process.env.PATH,
      USER: "mira",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer test-key",
      ...env,
    },
  });
  return { stdout, spans: collector.spans, names: collector.spans.map((span) => span.name) };
}

describe("the Vercel AI SDK example", { timeout: 30_000 }, () => {
  it("answers without any configuration and exports its trace over OTLP/HTTP protobuf", async () => {
    const { stdout, spans, names } = await runAgent(["Where is my order 1042?"]);
    expect(stdout).toContain("status: shipped");
    expect(collector.requests[0]).toMatchObject({
      path: "/v1/traces",
      headers: { "content-type": "application/x-protobuf", authorization: "Bearer test-key" },
    });
    expect(names.sort()).toEqual([
      "chat gpt-5-mini",
      "chat gpt-5-mini",
      "execute_tool lookupOrder",
      "invoke_agent support-agent",
      "step 1",
      "step 2",
    ]);
    const roots = spans.filter((span) => !span.parentSpanId);
    expect(roots.map((span) => span.name)).toEqual(["invoke_agent support-agent"]);
    expect(roots[0]?.attributes["gen_ai.agent.name"]).toBe("support-agent");
    expect(spans.map((span) => span.attributes["user.id"])).toEqual(spans.map(() => "mira"));
    const chat = spans.find((span) => span.name.startsWith("chat"));
    expect(chat?.attributes["gen_ai.usage.input_tokens"]).toBeGreaterThan(50);
    expect(chat?.attributes["gen_ai.input.messages"]).toContain("Where is my order 1042?");
  });

  it("keeps a conversation in one session, and shows a tool's failure on its span", async () => {
    const { spans } = await runAgent(["Where is my order 1044?", "Please refund order 1044."]);
    expect(new Set(spans.map((span) => span.traceId)).size).toBe(2);
    expect(new Set(spans.map((span) => span.attributes["gen_ai.conversation.id"])).size).toBe(1);
    const refund = spans.find((span) => span.name === "execute_tool refundOrder");
    expect(refund?.status).toMatchObject({ code: 2, message: expect.stringContaining("the limit is 30") });
  });

  it("talks to any OpenAI-compatible server and outlives its rate limit", async () => {
    const stub = await startOpenAiStub({
      script: (turn) =>
        turn.index === 0
          ? { error: { status: 429, message: "Slow down.", retryAfterSeconds: 0.01 } }
          : brain(turn),
    });
    try {
      const { stdout, names } = await runAgent(["What is the weather in Oslo and Lima?"], {
        OPENAI_BASE_URL: stub.url,
        OPENAI_MODEL: "local-model",
      });
      expect(stdout).toContain("city: Oslo");
      expect(names.filter((name) => name === "execute_tool getWeather")).toHaveLength(2);
      expect(stub.requests.length).toBe(3);
      expect(stub.requests[0]?.body).toMatchObject({ model: "local-model", stream: true });
    } finally {
      await stub.stop();
    }
  });
});
