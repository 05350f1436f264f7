import type { Attributes } from "../attributes.ts";
import type { SpanView } from "../span-view.ts";
import { numberOf, textOf } from "./attribute-lookup.ts";
import type { Dialect, SpanFacts } from "./dialect.ts";
import { readGoogleAdkMessages } from "./google-adk-messages.ts";
import { numberAfterKey } from "./number-in-text.ts";
import { isOtelGenAi, readOtelGenAiFacts } from "./otel-genai-facts.ts";
import { dropUsage, fillUsage } from "./token-buckets.ts";

const SCOPE = "gcp.vertex.agent";

/** Google's Agent Development Kit: requests and responses whole, as JSON in `gcp.vertex.agent.*`. */
export const googleAdk: Dialect = {
  name: "google_adk",
  recognises: (span) =>
    span.origin.scopeName === SCOPE
      ? isOtelGenAi(span.attributes) || isRun(span.name)
      : isDelegatedCall(span.attributes),
  readFacts,
  contentKeys: [
    "gcp.vertex.agent.llm_request",
    "gcp.vertex.agent.llm_response",
    "gcp.vertex.agent.tool_call_args",
    "gcp.vertex.agent.tool_response",
    "gcp.vertex.agent.data",
  ],
  readMessages: readGoogleAdkMessages,
};

/**
 * Where OpenTelemetry's instrumentation of Google's library is installed, the kit leaves the span of the request
 * to it and has it carry the kit's own event id. It lies below `call_llm` like the kit's own, with the same usage.
 * Source: google/adk-python, telemetry/tracing.py, `use_generate_content_span`.
 */
function isDelegatedCall(attributes: Attributes): boolean {
  return (
    attributes.has("gcp.vertex.agent.event_id") &&
    attributes.text("gen_ai.operation.name") === "generate_content"
  );
}

const AGENT_RUN = "agent_run [";

/** Spans of a whole run carry no attributes in early versions. */
function isRun(name: string): boolean {
  return name === "invocation" || name.startsWith(AGENT_RUN);
}

function readFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  readOtelGenAiFacts(span, facts);
  if (facts.sessionId === "") facts.sessionId = textOf(attributes, "gcp.vertex.agent.session_id");
  if (facts.userId === "") facts.userId = textOf(attributes, "gcp.vertex.agent.user_id");
  if (span.name === "invocation") {
    facts.operation = "invoke_workflow";
  } else if (span.name.startsWith(AGENT_RUN)) {
    facts.operation = "invoke_agent";
    facts.agentName = span.name.slice(AGENT_RUN.length, span.name.endsWith("]") ? -1 : undefined);
  } else if (facts.toolName === "(merged tools)") {
    // Repeats the results of parallel calls, each of which has a span of its own.
    facts.operation = "chain";
    facts.toolName = "";
  } else if (facts.operation === "generate_content") {
    // Lies below a `call_llm` span that is the same call, with the same usage.
    facts.operation = "chain";
    dropUsage(facts);
  } else if (facts.operation === "chat") readUsage(attributes, facts);
}

/** Bytes; responses with inline media are not worth decoding at ingest for a count. */
const MAX_RESPONSE_LENGTH = 262_144;

/**
 * Gemini counts cached tokens inside the prompt and thoughts beside the candidates. Earlier versions pass
 * the candidates on as output and leave the rest in experimental attributes, or in the response alone.
 */
function readUsage(attributes: Attributes, facts: SpanFacts): void {
  if (facts.cacheRead > 0 || facts.reasoning > 0) return;
  let cached = numberOf(attributes, "gen_ai.usage.experimental.cached_tokens");
  let thoughts = numberOf(attributes, "gen_ai.usage.experimental.reasoning_tokens");
  if (cached === undefined || thoughts === undefined) {
    const response = responseText(attributes);
    cached ??= numberAfterKey(response, "cached_content_token_count");
    thoughts ??= numberAfterKey(response, "thoughts_token_count");
  }
  if (cached === undefined && thoughts === undefined) return;
  const input = numberOf(attributes, "gen_ai.usage.input_tokens");
  const candidates = numberOf(attributes, "gen_ai.usage.output_tokens") ?? 0;
  fillUsage(facts, input, candidates + (thoughts ?? 0), cached, undefined, thoughts, undefined);
}

/** The response as JSON text, or "" where there is none or it is too long; not decoded to find that out. */
function responseText(attributes: Attributes): string {
  const slot = attributes.indexOf("gcp.vertex.agent.llm_response");
  if (slot < 0 || attributes.ends[slot]! - attributes.starts[slot]! > MAX_RESPONSE_LENGTH) return "";
  const text = attributes.textAt(slot);
  return text.length > MAX_RESPONSE_LENGTH ? "" : text;
}
