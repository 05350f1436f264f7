import { generateText, isStepCount, type LanguageModel, type Telemetry, ToolLoopAgent, tool } from "ai";
import { z } from "zod";
import type { RunContext } from "../spans/gen-ai-spans.ts";

/**
 * A research agent on the AI SDK that delegates to an analyst and hands over to a writer, each an agent of
 * its own: three `invoke_agent` spans in one trace.
 */
export function createResearchAgent(model: LanguageModel, run: RunContext, integrations: Telemetry) {
  const telemetry = (functionId: string) => ({
    functionId,
    integrations,
    includeRuntimeContext: { userId: true, sessionId: true } as const,
  });
  const specialist = async (
    functionId: string,
    instructions: string,
    prompt: string,
    signal?: AbortSignal,
  ) => {
    const { text } = await generateText({
      model,
      instructions,
      prompt,
      abortSignal: signal,
      runtimeContext: { ...run },
      telemetry: telemetry(functionId),
    });
    return text;
  };
  return new ToolLoopAgent({
    model,
    instructions: "You research. Plan, search, delegate the figures to the analyst, hand over to the writer.",
    stopWhen: isStepCount(6),
    runtimeContext: { ...run },
    telemetry: telemetry("research-agent"),
    tools: {
      searchWeb: tool({
        description: "Search the web",
        inputSchema: z.object({ query: z.string() }),
        execute: async ({ query }) => [{ title: `About ${query}`, url: "https://example.com/article" }],
      }),
      delegateToAnalyst: tool({
        description: "Let the analyst work out a trend",
        inputSchema: z.object({ task: z.string() }),
        execute: ({ task }, { abortSignal }) =>
          specialist("analyst-agent", "You are a careful analyst.", task, abortSignal),
      }),
      transferToWriter: tool({
        description: "Hand the notes over to the writer, who finishes the brief",
        inputSchema: z.object({ notes: z.string() }),
        execute: ({ notes }, { abortSignal }) =>
          specialist("writer-agent", "You write briefs of two sentences.", notes, abortSignal),
      }),
    },
  });
}
