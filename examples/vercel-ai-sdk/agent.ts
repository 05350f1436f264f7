/**
 * Runs a support agent, built on the Vercel AI SDK, whose every step shows up as a trace.
 *
 *   node examples/vercel-ai-sdk/agent.ts "Where is my order 1042?"
 */
import { startOpenAiStub } from "../../src/platform/testing/openai-stub/openai-stub.ts";
import { converse, createSupportAgent, openAiModel } from "./support-agent.ts";
import { startTelemetry } from "./telemetry.ts";

async function main(): Promise<void> {
  const stopTelemetry = startTelemetry("support-agent");
  const { OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL } = process.env;
  // Without a key and a server the stub plays the model, so that the example runs anywhere.
  const needsStub = !OPENAI_BASE_URL && !OPENAI_API_KEY;
  const stub = needsStub ? await startOpenAiStub({ latency: { firstChunkMs: 300, chunkMs: 15 } }) : undefined;
  const baseURL = stub?.url ?? OPENAI_BASE_URL ?? "https://api.openai.com/v1";

  const questions = process.argv.slice(2);
  const who = { userId: process.env.USER ?? "somebody", sessionId: `example-${Date.now()}` };
  const agent = createSupportAgent(openAiModel(baseURL, OPENAI_API_KEY, OPENAI_MODEL), who);
  try {
    await converse(agent, questions.length > 0 ? questions : ["Where is my order 1042?"], (text) =>
      process.stdout.write(text),
    );
  } finally {
    await stopTelemetry();
    await stub?.stop();
  }
}

await main();
