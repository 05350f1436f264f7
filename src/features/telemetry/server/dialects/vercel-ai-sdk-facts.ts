import type { Operation } from "../../telemetry-contract.ts";
import type { Attributes } from "../attributes.ts";
import type { SpanView } from "../span-view.ts";
import { firstOfList, numberOf, seconds, textOf } from "./attribute-lookup.ts";
import type { SpanFacts } from "./dialect.ts";
import { numberAfterKey } from "./number-in-text.ts";
import { readOtelGenAiFacts } from "./otel-genai-facts.ts";
import { normaliseProvider } from "./providers.ts";
import { readTags } from "./tags.ts";
import { dropUsage, fillUsage, splitCacheWrite, tokenCount } from "./token-buckets.ts";
import { wordAfterKey } from "./word-in-text.ts";

/**
 * Operations of the SDK. `outer` marks spans that repeat the usage of the `.do…` span below them, which the
 * SDK always writes; speech and transcription have no such child and keep theirs.
 */
const OPERATIONS = new Map<string, { operation: Operation; outer: boolean }>([
  ["ai.generateText", { operation: "invoke_agent", outer: true }],
  ["ai.generateText.doGenerate", { operation: "chat", outer: false }],
  ["ai.streamText", { operation: "invoke_agent", outer: true }],
  ["ai.streamText.doStream", { operation: "chat", outer: false }],
  ["ai.generateObject", { operation: "invoke_agent", outer: true }],
  ["ai.generateObject.doGenerate", { operation: "chat", outer: false }],
  ["ai.streamObject", { operation: "invoke_agent", outer: true }],
  ["ai.streamObject.doStream", { operation: "chat", outer: false }],
  ["ai.workflowAgent.stream", { operation: "invoke_agent", outer: true }],
  ["ai.embed", { operation: "embeddings", outer: true }],
  ["ai.embed.doEmbed", { operation: "embeddings", outer: false }],
  ["ai.embedMany", { operation: "embeddings", outer: true }],
  ["ai.embedMany.doEmbed", { operation: "embeddings", outer: false }],
  ["ai.rerank", { operation: "rerank", outer: true }],
  ["ai.rerank.doRerank", { operation: "rerank", outer: false }],
  ["ai.toolCall", { operation: "execute_tool", outer: false }],
  ["ai.generateSpeech", { operation: "generate_content", outer: false }],
  ["ai.transcribe", { operation: "generate_content", outer: false }],
  ["ai.streamTranscribe", { operation: "generate_content", outer: false }],
]);
const OTHER_OPERATION = { operation: "chain" as Operation, outer: true };

/** True for spans of versions 4 to 6 and of version 7's compatible mode, which all carry `ai.*` attributes. */
export function isClassicVercel(span: SpanView): boolean {
  if (span.attributes.has("ai.operationId")) return true;
  return span.origin.scopeName === "ai" && textOf(span.attributes, "operation.name").startsWith("ai.");
}

/** True for spans of version 7: GenAI conventions under the scope `gen_ai` (earlier previews: `ai`). */
export function isGenAiVercel(span: SpanView): boolean {
  const scope = span.origin.scopeName;
  return (scope === "gen_ai" || scope === "ai") && span.attributes.has("gen_ai.operation.name");
}

/** Reads the facts of a span of versions 4 to 6. */
export function readClassicFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  const { operation, outer } = OPERATIONS.get(operationId(attributes)) ?? OTHER_OPERATION;
  facts.operation = operation;
  facts.requestModel = textOf(attributes, "ai.model.id", "gen_ai.request.model");
  facts.model = textOf(attributes, "ai.response.model", "gen_ai.response.model") || facts.requestModel;
  facts.provider = normaliseProvider(textOf(attributes, "ai.model.provider", "gen_ai.system"));
  facts.toolName = textOf(attributes, "ai.toolCall.name");
  facts.agentName = textOf(attributes, "gen_ai.agent.name", "ai.telemetry.functionId");
  readContext(attributes, facts);
  facts.finishReason = textOf(attributes, "ai.response.finishReason", "ai.finishReason");
  if (facts.finishReason === "") {
    facts.finishReason = firstOfList(textOf(attributes, "gen_ai.response.finish_reasons"));
  }
  const milliseconds = numberOf(attributes, "ai.response.msToFirstChunk", "ai.stream.msToFirstChunk");
  if (milliseconds !== undefined) facts.timeToFirstToken = seconds(milliseconds / 1000);
  if (outer) dropUsage(facts);
  else {
    readUsage(attributes, facts);
    readProviderMetadata(attributes, facts);
  }
}

/** Reads the facts of a span of version 7: the conventions, plus the token details the SDK adds to them. */
export function readGenAiVercelFacts(span: SpanView, facts: SpanFacts): void {
  readOtelGenAiFacts(span, facts);
  readContext(span.attributes, facts);
  if (facts.operation === "chat") readProviderMetadata(span.attributes, facts);
  if (facts.reasoning > 0) return;
  const reasoning = tokenCount(numberOf(span.attributes, "ai.usage.outputTokenDetails.reasoningTokens"));
  facts.reasoning = Math.min(reasoning, facts.output);
  facts.output -= facts.reasoning;
}

/** `operation.name` is the operation id with the function id appended, for spans that lack the former. */
function operationId(attributes: Attributes): string {
  const id = textOf(attributes, "ai.operationId", "operation.name");
  const space = id.indexOf(" ");
  return space < 0 ? id : id.slice(0, space);
}

/** Session and user as applications pass them: telemetry metadata, and runtime context since version 7. */
function readContext(attributes: Attributes, facts: SpanFacts): void {
  if (facts.sessionId === "") {
    facts.sessionId = textOf(
      attributes,
      "ai.telemetry.metadata.sessionId",
      "ai.settings.context.sessionId",
      "ai.telemetry.metadata.session_id",
      "ai.telemetry.metadata.threadId",
    );
  }
  if (facts.userId === "") {
    facts.userId = textOf(
      attributes,
      "ai.telemetry.metadata.userId",
      "ai.settings.context.userId",
      "ai.telemetry.metadata.user_id",
    );
  }
  readTags(attributes, facts.tags, "ai.telemetry.metadata.tags", "ai.settings.context.tags");
}

function readUsage(attributes: Attributes, facts: SpanFacts): void {
  const input =
    numberOf(attributes, "ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens") ??
    numberOf(attributes, "gen_ai.usage.input_tokens");
  const output = numberOf(
    attributes,
    "ai.usage.outputTokens",
    "ai.usage.completionTokens",
    "gen_ai.usage.output_tokens",
  );
  const uncached = numberOf(attributes, "ai.usage.inputTokenDetails.noCacheTokens");
  let cacheRead = numberOf(
    attributes,
    "ai.usage.inputTokenDetails.cacheReadTokens",
    "ai.usage.cachedInputTokens",
  );
  let cacheWrite = numberOf(attributes, "ai.usage.inputTokenDetails.cacheWriteTokens");
  let reasoning = numberOf(
    attributes,
    "ai.usage.outputTokenDetails.reasoningTokens",
    "ai.usage.reasoningTokens",
  );
  let exactInput: number | undefined;
  if (uncached === undefined) {
    const details = metadataUsage(attributes);
    if (details !== undefined) {
      cacheRead ??= details.cacheRead;
      cacheWrite ??= details.cacheWrite;
      reasoning ??= details.reasoning;
      exactInput = details.uncached;
    }
  }
  const total = numberOf(attributes, "ai.usage.totalTokens");
  fillUsage(facts, input, output, cacheRead, cacheWrite, reasoning, total);
  const apart = uncached ?? exactInput;
  if (apart !== undefined) facts.inputUncached = tokenCount(apart);
}

/** What only the provider's metadata tells in any version: writes to the cache for an hour, and the service tier. */
function readProviderMetadata(attributes: Attributes, facts: SpanFacts): void {
  const text = attributes.text("ai.response.providerMetadata");
  if (text === undefined || text.length > MAX_METADATA_LENGTH) return;
  if (facts.cacheWrite > 0) splitCacheWrite(facts, numberAfterKey(text, "ephemeral_1h_input_tokens"));
  if (facts.serviceTier === "") {
    facts.serviceTier = wordAfterKey(text, "serviceTier") || wordAfterKey(text, "service_tier");
  }
}

/** Metadata may carry log probabilities of a whole answer; usage is not worth parsing that on every span. */
const MAX_METADATA_LENGTH = 16_384;

interface MetadataUsage {
  uncached?: number;
  cacheRead?: number;
  cacheWrite?: number;
  reasoning?: number;
}

/**
 * Token details that versions 4 and 5 put only into the provider's metadata. Anthropic's own
 * `usage.input_tokens` excludes the cache by definition of its API, which settles how the SDK's sum is meant.
 */
function metadataUsage(attributes: Attributes): MetadataUsage | undefined {
  const text = attributes.text("ai.response.providerMetadata");
  if (text === undefined || text.length > MAX_METADATA_LENGTH) return undefined;
  if (!text.includes("ache") && !text.includes("easoningTokens")) return undefined;
  let metadata: unknown;
  try {
    metadata = JSON.parse(text);
  } catch {
    return undefined;
  }
  const openai = record(record(metadata)?.openai);
  const anthropic = record(record(metadata)?.anthropic);
  const bedrock = record(record(metadata)?.bedrock);
  const anthropicUsage = record(anthropic?.usage);
  const bedrockUsage = record(bedrock?.usage);
  return {
    uncached: asNumber(anthropicUsage?.input_tokens),
    cacheRead:
      asNumber(openai?.cachedPromptTokens) ??
      asNumber(anthropicUsage?.cache_read_input_tokens) ??
      asNumber(anthropic?.cacheReadInputTokens) ??
      asNumber(bedrockUsage?.cacheReadInputTokens),
    cacheWrite:
      asNumber(anthropicUsage?.cache_creation_input_tokens) ??
      asNumber(anthropic?.cacheCreationInputTokens) ??
      cacheCreation(record(anthropicUsage?.cache_creation)) ??
      asNumber(bedrockUsage?.cacheWriteInputTokens),
    reasoning: asNumber(openai?.reasoningTokens),
  };
}

function cacheCreation(creation: Record<string, unknown> | undefined): number | undefined {
  const short = asNumber(creation?.ephemeral_5m_input_tokens);
  const long = asNumber(creation?.ephemeral_1h_input_tokens);
  return short === undefined && long === undefined ? undefined : (short ?? 0) + (long ?? 0);
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
