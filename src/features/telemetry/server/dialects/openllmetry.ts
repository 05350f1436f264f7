import type { Operation } from "../../telemetry-contract.ts";
import type { Attributes } from "../attributes.ts";
import type { SpanView } from "../span-view.ts";
import { firstOfList, numberOf, textOf } from "./attribute-lookup.ts";
import type { Dialect, SpanFacts } from "./dialect.ts";
import { createLangChainContextReader } from "./langchain-context.ts";
import { readOpenLLMetryMessages } from "./openllmetry-messages.ts";
import { isOtelGenAi, readOtelGenAiFacts } from "./otel-genai-facts.ts";
import { normaliseProvider } from "./providers.ts";
import { readTags } from "./tags.ts";
import { dropUsage, tokenCount } from "./token-buckets.ts";

/**
 * Traceloop's OpenLLMetry: the GenAI conventions of their time (flattened prompts up to 0.4, message
 * attributes since), plus workflows, tasks, agents and tools as `traceloop.*`.
 */
export const openLLMetry: Dialect = {
  name: "openllmetry",
  recognises: (span) =>
    span.attributes.has("traceloop.span.kind") ||
    (span.attributes.has("traceloop.workflow.name") && isOtelGenAi(span.attributes)) ||
    (isTraceloopScope(span.origin.scopeName) && span.attributes.has("llm.request.type")),
  readFacts,
  contentKeys: [
    "traceloop.entity.input",
    "traceloop.entity.output",
    "traceloop.prompt.template",
    "traceloop.prompt.template_variables",
    "llm.request.functions.",
    "llm.content.completion.chunk",
    "mcp.request.argument",
    "mcp.response.value",
  ],
  readMessages: readOpenLLMetryMessages,
};

/** Values of `traceloop.span.kind`. Source: OpenLLMetry semantic conventions, `TraceloopSpanKindValues`. */
const KINDS = new Map<string, Operation>([
  ["workflow", "invoke_workflow"],
  ["task", "chain"],
  ["agent", "invoke_agent"],
  ["tool", "execute_tool"],
]);

const readContext = createLangChainContextReader("traceloop.association.properties.");

/** Its Python packages are named like OpenTelemetry's own, whose spans lack `llm.request.type`. */
function isTraceloopScope(scope: string): boolean {
  return scope.startsWith("opentelemetry.instrumentation.") || scope.startsWith("@traceloop/");
}

function readFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  readOtelGenAiFacts(span, facts);
  const kind = textOf(attributes, "traceloop.span.kind");
  if (kind !== "") readKind(kind, span, facts);
  // The LangChain instrumentation writes "unknown" where it was told no model.
  if (facts.requestModel === "unknown") facts.requestModel = "";
  if (facts.model === "unknown") facts.model = facts.requestModel;
  // Its LangChain instrumentation names the framework as provider; LangChain's own label names the provider.
  if (facts.provider === "") {
    facts.provider = normaliseProvider(textOf(attributes, "traceloop.association.properties.ls_provider"));
  }
  readContext(attributes, facts);
  readTags(attributes, facts.tags, "traceloop.association.properties.tags");
  facts.agentVersion =
    textOf(attributes, "gen_ai.agent.version", "traceloop.entity.version") || facts.agentVersion;
  if (facts.userId === "") facts.userId = textOf(attributes, "llm.user", "gen_ai.user");
  if (facts.finishReason === "") {
    facts.finishReason = firstOfList(
      textOf(
        attributes,
        "gen_ai.completion.0.finish_reason",
        "llm.response.finish_reason",
        "llm.response.stop_reason",
      ),
    );
  }
  readReasoning(attributes, facts);
}

/** The kind decides where the span names no operation of the conventions itself. */
function readKind(kind: string, span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  const known = KINDS.get(kind);
  const stated = attributes.has("gen_ai.operation.name") || attributes.has("llm.request.type");
  if (known !== undefined && !(stated && facts.operation !== "" && facts.operation !== "chain")) {
    facts.operation = known;
    // These enclose the spans of model calls, whose usage they may repeat.
    dropUsage(facts);
  }
  const entity = textOf(attributes, "traceloop.entity.name") || withoutSuffix(span.name, `.${kind}`);
  if (facts.operation === "execute_tool") {
    if (kind === "tool" && !attributes.has("gen_ai.tool.name")) facts.toolName = entity;
  } else if (facts.operation === "invoke_agent" && facts.agentName === "") facts.agentName = entity;
}

/** A span's name without what its kind adds to it. */
export function withoutSuffix(name: string, suffix: string): string {
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

function readReasoning(attributes: Attributes, facts: SpanFacts): void {
  if (facts.reasoning > 0 || facts.output === 0) return;
  facts.reasoning = Math.min(tokenCount(numberOf(attributes, "llm.usage.reasoning_tokens")), facts.output);
  facts.output -= facts.reasoning;
}
