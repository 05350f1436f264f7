import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateText, isStepCount, streamText, tool } from "ai";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type OpenAiStub, type OpenAiStubOptions, startOpenAiStub } from "./openai-stub.ts";

const running: OpenAiStub[] = [];

async function start(options?: OpenAiStubOptions) {
  const stub = await startOpenAiStub(options);
  running.push(stub);
  const provider = createOpenAICompatible({ name: "openai", baseURL: stub.url, includeUsage: true });
  return { stub, provider, model: provider.chatModel("gpt-5") };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((stub) => stub.stop()));
});

const tools = {
  getWeather: tool({
    description: "Current weather of a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({ city, sky: "rain" }),
  }),
  lookupOrder: tool({
    description: "Find an order and where it is",
    inputSchema: z.object({ orderId: z.string() }),
    execute: async ({ orderId }) => ({ orderId, status: "shipped" }),
  }),
  refundOrder: tool({
    description: "Pay an order back",
    inputSchema: z.object({ orderId: z.string() }),
    execute: async ({ orderId }) => ({ orderId, refunded: true }),
  }),
};

describe("the stub with its default brain", () => {
  it("calls the fitting tool and weaves the result into generateText's answer", async () => {
    const { model, stub } = await start();
    const result = await generateText({
      model,
      tools,
      stopWhen: isStepCount(5),
      prompt: "Where is my order 1042?",
    });
    expect(result.steps.map((step) => step.toolCalls.map((call) => call.toolName))).toEqual([
      ["lookupOrder"],
      [],
    ]);
    expect(result.steps[0]?.toolCalls[0]?.input).toEqual({ orderId: "1042" });
    expect(result.text).toContain("status: shipped");
    expect(stub.requests.map((request) => request.path)).toEqual([
      "/v1/chat/completions",
      "/v1/chat/completions",
    ]);
  });

  it("streams parallel tool calls in fragments and then the answer through streamText", async () => {
    const { model } = await start();
    const result = streamText({
      model,
      tools,
      stopWhen: isStepCount(5),
      prompt: "What is the weather in Oslo and New York?",
    });
    const deltas: string[] = [];
    for await (const delta of result.textStream) deltas.push(delta);
    const steps = await result.steps;
    expect(steps[0]?.toolCalls.map((call) => call.input)).toEqual([{ city: "Oslo" }, { city: "New York" }]);
    expect(deltas.length).toBeGreaterThan(3);
    expect(deltas.join("")).toContain("city: Oslo, sky: rain");
  });

  it("reads before it acts, and acts only when asked to", async () => {
    const { model } = await start();
    const refund = await generateText({
      model,
      tools,
      stopWhen: isStepCount(5),
      prompt: "Please refund order 7.",
    });
    expect(refund.steps.flatMap((step) => step.toolCalls.map((call) => call.toolName))).toEqual([
      "lookupOrder",
      "refundOrder",
    ]);
  });

  it("reports usage with cached and reasoning tokens, streaming or not", async () => {
    const { model } = await start({
      script: [
        {
          text: "Hi",
          usage: { inputTokens: 300, cachedTokens: 256, outputTokens: 40, reasoningTokens: 30 },
        },
      ],
    });
    const usage = {
      inputTokens: 300,
      inputTokenDetails: { cacheReadTokens: 256 },
      outputTokens: 40,
      outputTokenDetails: { reasoningTokens: 30 },
    };
    expect((await generateText({ model, prompt: "hello" })).usage).toMatchObject(usage);
    const streamed = streamText({ model, prompt: "hello" });
    await streamed.consumeStream();
    expect(await streamed.usage).toMatchObject(usage);
  });

  it("gives the same answer to the same question", async () => {
    const [one, two] = [await start(), await start()];
    const ask = (model: typeof one.model) => generateText({ model, prompt: "What is a span?" });
    expect((await ask(one.model)).text).toBe((await ask(two.model)).text);
  });
});

describe("a scripted stub", () => {
  it("answers 429 with Retry-After, after which the SDK's retry succeeds", async () => {
    const { model, stub } = await start({
      script: [
        { error: { status: 429, message: "Slow down.", retryAfterSeconds: 0.01 } },
        { error: { status: 500, message: "Oops.", retryAfterSeconds: 0.01 } },
        { text: "Third time lucky." },
      ],
    });
    const result = await generateText({ model, prompt: "hello" });
    expect(result.text).toBe("Third time lucky.");
    expect(stub.requests).toHaveLength(3);
  });

  it("sends OpenAI's error body", async () => {
    const { stub } = await start({
      script: [{ error: { status: 429, message: "Slow down.", retryAfterSeconds: 3 } }],
    });
    const response = await fetch(`${stub.url}/chat/completions`, { method: "POST", body: "{}" });
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("3");
    expect(await response.json()).toEqual({
      error: { message: "Slow down.", type: "rate_limit_error", param: null, code: "rate_limit_exceeded" },
    });
  });

  it.each(["malformed-json", "cut-off"] as const)("fails the call on %s, streaming or not", async (fault) => {
    const { model } = await start({ script: [{ text: "This answer never arrives whole.", fault }] });
    await expect(generateText({ model, prompt: "hello", maxRetries: 0 })).rejects.toThrow();
    const errors: unknown[] = [];
    const streamed = streamText({
      model,
      prompt: "hello",
      maxRetries: 0,
      onError: ({ error }) => void errors.push(error),
    });
    await streamed.consumeStream();
    expect(errors).not.toHaveLength(0);
  });

  it("waits as long as its latency says", async () => {
    const { model } = await start({ script: [{ text: "At last.", latency: { firstChunkMs: 80 } }] });
    const before = performance.now();
    await generateText({ model, prompt: "hello" });
    expect(performance.now() - before).toBeGreaterThan(75);
  });
});

describe("the other routes", () => {
  it("speaks the Responses API that @ai-sdk/openai uses by default", async () => {
    const { stub } = await start();
    const model = createOpenAI({ baseURL: stub.url, apiKey: "none" })("gpt-5");
    const prompt = "Where is my order 1042?";
    const generated = await generateText({ model, tools, stopWhen: isStepCount(5), prompt });
    expect(generated.text).toContain("status: shipped");
    const streamed = streamText({ model, tools, stopWhen: isStepCount(5), prompt });
    await streamed.consumeStream();
    expect(await streamed.text).toContain("status: shipped");
    expect((await streamed.usage).inputTokens).toBeGreaterThan(0);
    expect(stub.requests.every((request) => request.path === "/v1/responses")).toBe(true);
  });

  it("embeds so that texts sharing words are close", async () => {
    const { provider } = await start();
    const { embeddings } = await embedMany({
      model: provider.embeddingModel("text-embedding-3-small"),
      values: ["how do refunds work", "refunds work within 30 days", "a cat sat on a mat"],
    });
    const dot = (a: number, b: number) =>
      embeddings[a]!.reduce((total, value, at) => total + value * embeddings[b]![at]!, 0);
    expect(dot(0, 1)).toBeGreaterThan(dot(0, 2));
  });

  it("lists models, and answers 404 and 400 as OpenAI does", async () => {
    const { stub } = await start();
    const models = (await (await fetch(`${stub.url}/models`)).json()) as { data: unknown[] };
    expect(models.data.length).toBeGreaterThan(0);
    expect((await fetch(`${stub.url}/nothing`, { method: "POST", body: "{}" })).status).toBe(404);
    const broken = await fetch(`${stub.url}/chat/completions`, { method: "POST", body: "{" });
    expect(broken.status).toBe(400);
  });
});
