import type { Operation } from "../../telemetry-contract.ts";
import type { SpanView } from "../span-view.ts";
import { textOf } from "./attribute-lookup.ts";
import type { SpanFacts } from "./dialect.ts";
import { normaliseProvider } from "./providers.ts";
import { fillUsageFromJson } from "./usage-json.ts";

/** Values of `genkit:metadata:subtype`, the kind of an action; steps, prompts and helpers are chains. */
const SUBTYPES = new Map<string, Operation>([
  ["flow", "invoke_workflow"],
  ["agent", "invoke_agent"],
  ["model", "chat"],
  ["background-model", "generate_content"],
  ["tool", "execute_tool"],
  ["tool.v2", "execute_tool"],
  ["embedder", "embeddings"],
  ["retriever", "retrieval"],
  ["reranker", "rerank"],
  ["evaluator", "evaluator"],
]);

/** Reads the facts of a Genkit span. */
export function readGenkitFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  const name = textOf(attributes, "genkit:name") || span.name;
  facts.operation = SUBTYPES.get(textOf(attributes, "genkit:metadata:subtype")) ?? "chain";
  facts.agentName = facts.operation === "invoke_agent" ? name : flowOfPath(textOf(attributes, "genkit:path"));
  facts.sessionId ||= textOf(attributes, "genkit:sessionId", "genkit:metadata:sessionId");
  if (facts.operation === "execute_tool") facts.toolName = name;
  if (!runsAModel(facts.operation)) return;
  readModelName(name, facts);
  fillUsageFromJson(facts, attributes.text("genkit:output"));
}

/** Flows, agents and helpers return the answer of the model below them, with its usage. */
function runsAModel(operation: Operation | ""): boolean {
  return operation === "chat" || operation === "generate_content" || operation === "embeddings";
}

/** Models are registered as `{plugin}/{model}`: `googleai/gemini-2.5-flash`. */
function readModelName(name: string, facts: SpanFacts): void {
  const slash = name.indexOf("/");
  facts.requestModel = name.slice(slash + 1);
  facts.model = facts.requestModel;
  if (slash > 0) facts.provider = normaliseProvider(name.slice(0, slash));
}

/**
 * The flow a span ran in, which is what Genkit calls the feature: the outermost part of
 * `/{myFlow,t:flow}/{step,t:flowStep}`. Paths that start elsewhere (a bare model call) name no flow.
 */
function flowOfPath(path: string): string {
  if (!path.startsWith("/{")) return "";
  const end = path.indexOf(",t:flow}");
  const comma = path.indexOf(",");
  return end > 0 && end === comma ? path.slice(2, comma) : "";
}
