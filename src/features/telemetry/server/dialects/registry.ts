import type { SpanView } from "../span-view.ts";
import { createContentKeyTest } from "./content-keys.ts";
import { crewAiOpenLLMetry } from "./crewai-openllmetry.ts";
import { crewAiTelemetry } from "./crewai-telemetry.ts";
import type { Dialect, SpanFacts, SpanMessages, StoredSpan } from "./dialect.ts";
import { clipFacts, resetFacts } from "./facts.ts";
import { readGenericFacts } from "./generic-facts.ts";
import { genkit } from "./genkit.ts";
import { googleAdk } from "./google-adk.ts";
import { koog } from "./koog.ts";
import { langSmith } from "./langsmith.ts";
import { llamaIndexOtel } from "./llamaindex-otel.ts";
import { mcp } from "./mcp.ts";
import { mlflow } from "./mlflow.ts";
import { msAgentFramework } from "./ms-agent-framework.ts";
import { openInference } from "./openinference.ts";
import { openLLMetry } from "./openllmetry.ts";
import { otelGenAi } from "./otel-genai.ts";
import { pydanticAi } from "./pydantic-ai.ts";
import { nameToolResults } from "./tool-messages.ts";
import { enclosesModelCalls } from "./usage-owner.ts";
import { vercelAiSdk } from "./vercel-ai-sdk.ts";

export { createFacts } from "./facts.ts";

/**
 * The dialects in order of precedence: the first that recognises a span reads it. The most particular come
 * first, since their spans carry attributes of the more general ones as well.
 */
export const DIALECTS: readonly Dialect[] = [
  vercelAiSdk,
  crewAiTelemetry,
  crewAiOpenLLMetry,
  llamaIndexOtel,
  msAgentFramework,
  koog,
  genkit,
  mlflow,
  openInference,
  openLLMetry,
  langSmith,
  googleAdk,
  pydanticAi,
  mcp,
  otelGenAi,
];

/**
 * Empties `facts` and fills them from a span. Returns the name of the dialect, to be stored with the span,
 * or "" for a span that is not about GenAI: its operation stays "", session, user, environment and error
 * are read all the same.
 */
export function readSpanFacts(span: SpanView, facts: SpanFacts): string {
  resetFacts(facts);
  readGenericFacts(span, facts);
  const dialect = dialectOf(span);
  dialect?.readFacts(span, facts);
  dropRepeatedCost(span, facts);
  clipFacts(facts);
  return dialect?.name ?? "";
}

/**
 * Spans that enclose model calls repeat their cost as they repeat their usage. A span that kept its usage keeps
 * its cost, and so does the call of an agent in another process.
 */
function dropRepeatedCost(span: SpanView, facts: SpanFacts): void {
  if (Number.isNaN(facts.reportedCostUsd) || !enclosesModelCalls(span, facts.operation)) return;
  const used = facts.inputUncached + facts.cacheRead + facts.cacheWrite + facts.output + facts.reasoning;
  if (used === 0) facts.reportedCostUsd = Number.NaN;
}

function dialectOf(span: SpanView): Dialect | undefined {
  for (const dialect of DIALECTS) if (dialect.recognises(span)) return dialect;
  return undefined;
}

/** Whether an attribute holds prompts, messages or tool payloads, which are stored apart from the rest. */
export const isContentKey = createContentKeyTest(DIALECTS.map((dialect) => dialect.contentKeys));

/**
 * The chat of a stored span: read by the dialect that was stored with it, and if that one finds nothing, by
 * the others in order, so that a span written half in one dialect and half in another still shows its chat.
 */
export function readMessages(dialectName: string, span: StoredSpan): SpanMessages {
  const named = DIALECTS.find((dialect) => dialect.name === dialectName);
  const others = DIALECTS.filter((dialect) => dialect !== named);
  for (const dialect of named === undefined ? others : [named, ...others]) {
    const messages = dialect.readMessages(span);
    if (messages.input.length > 0 || messages.output.length > 0) {
      nameToolResults([...messages.input, ...messages.output]);
      return messages;
    }
  }
  return { input: [], output: [] };
}
