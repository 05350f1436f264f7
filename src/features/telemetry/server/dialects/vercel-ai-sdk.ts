import type { Dialect } from "./dialect.ts";
import {
  isClassicVercel,
  isGenAiVercel,
  readClassicFacts,
  readGenAiVercelFacts,
} from "./vercel-ai-sdk-facts.ts";
import { readVercelMessages } from "./vercel-ai-sdk-messages.ts";

/** Vercel AI SDK: `ai.*` attributes in versions 4 to 6, the GenAI conventions with additions in version 7. */
export const vercelAiSdk: Dialect = {
  name: "vercel_ai_sdk",
  recognises: (span) => isClassicVercel(span) || isGenAiVercel(span),
  readFacts: (span, facts) =>
    isClassicVercel(span) ? readClassicFacts(span, facts) : readGenAiVercelFacts(span, facts),
  contentKeys: [
    "ai.prompt",
    "ai.prompt.messages",
    "ai.prompt.tools",
    "ai.response.text",
    "ai.response.object",
    "ai.response.toolCalls",
    "ai.response.reasoning",
    "ai.response.files",
    "ai.response.providerMetadata",
    "ai.result.",
    "ai.toolCall.args",
    "ai.toolCall.input",
    "ai.toolCall.result",
    "ai.toolCall.output",
    "ai.schema",
    "ai.value",
    "ai.values",
    "ai.embedding",
    "ai.embeddings",
    "ai.documents",
    "ai.ranking",
    "ai.request.text",
    "ai.decision.state",
    "ai.decision.questions",
    "ai.decision.answers",
  ],
  readMessages: readVercelMessages,
};
