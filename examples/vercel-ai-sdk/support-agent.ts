import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { isStepCount, type LanguageModel, type ModelMessage, type Telemetry, ToolLoopAgent } from "ai";
import { tools } from "./tools.ts";

/** Who is talking; it ends up on every span of the call. */
export interface Conversation {
  userId: string;
  sessionId: string;
}

/** The agent: a model, its instructions, its tools, and the name it has in Flightdeck. */
export function createSupportAgent(model: LanguageModel, who: Conversation, integrations?: Telemetry) {
  return new ToolLoopAgent({
    model,
    instructions:
      "You are the support agent of a coffee shop. Look an order up before you speak about it. Refund only what the policy allows. Be brief and kind.",
    tools,
    stopWhen: isStepCount(8),
    runtimeContext: { ...who },
    telemetry: {
      functionId: "support-agent",
      includeRuntimeContext: { userId: true, sessionId: true },
      ...(integrations ? { integrations } : {}),
    },
  });
}

/** A model behind any server that speaks OpenAI's API. */
export function openAiModel(baseURL: string, apiKey?: string, modelId = "gpt-5-mini"): LanguageModel {
  return createOpenAICompatible({ name: "openai", baseURL, apiKey, includeUsage: true }).chatModel(modelId);
}

/** Asks each question in turn, as one conversation, and prints the answers while they stream in. */
export async function converse(
  agent: ReturnType<typeof createSupportAgent>,
  questions: readonly string[],
  print: (text: string) => void,
): Promise<void> {
  const messages: ModelMessage[] = [];
  for (const question of questions) {
    messages.push({ role: "user", content: question });
    const result = await agent.stream({ messages });
    for await (const part of result.textStream) print(part);
    print("\n");
    messages.push(...(await result.response).messages);
  }
}
