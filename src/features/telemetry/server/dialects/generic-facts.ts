import type { Attributes } from "../attributes.ts";
import { type SpanEvent, type SpanView, StatusCode } from "../span-view.ts";
import { numberOf, textOf } from "./attribute-lookup.ts";
import type { SpanFacts } from "./dialect.ts";
import { readTags } from "./tags.ts";

/**
 * Facts any span may carry, GenAI or not: session, user, environment, error, version, tags, and what it cost by
 * the sender's own account. They are read before the dialect, which may replace them. The service's name is not
 * taken for an agent's: a service may run many agents, and most services run none.
 */
export function readGenericFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  facts.sessionId = textOf(attributes, "gen_ai.conversation.id", "session.id", "langfuse.session.id");
  facts.userId = textOf(attributes, "user.id", "enduser.id", "langfuse.user.id");
  facts.environment = environmentOf(attributes, span.origin.resource);
  facts.agentVersion =
    textOf(attributes, "gen_ai.agent.version") || span.origin.resource.get("service.version") || "";
  facts.serviceTier = textOf(
    attributes,
    "openai.response.service_tier",
    "gen_ai.openai.response.service_tier",
    "openai.request.service_tier",
    "gen_ai.openai.request.service_tier",
  );
  facts.reportedCostUsd = reportedCost(attributes);
  readTags(attributes, facts.tags, "tag.tags", "langfuse.trace.tags", "langfuse.tags", "langsmith.span.tags");
  facts.errorType = textOf(attributes, "error.type");
  if (facts.errorType === "" && span.statusCode === StatusCode.error) {
    facts.errorType = exceptionType(span.events);
  }
}

function environmentOf(attributes: Attributes, resource: ReadonlyMap<string, string>): string {
  return (
    textOf(attributes, "deployment.environment.name", "deployment.environment") ||
    resource.get("deployment.environment.name") ||
    resource.get("deployment.environment") ||
    ""
  );
}

/** NaN when nothing credible is reported. */
function reportedCost(attributes: Attributes): number {
  const cost = numberOf(
    attributes,
    "gen_ai.usage.cost",
    "llm.cost.total",
    "operation.cost",
    "gen_ai.usage.total_cost",
  );
  return cost !== undefined && cost >= 0 && Number.isFinite(cost) ? cost : Number.NaN;
}

/** Type of the last exception event: an earlier one may have been retried away. */
function exceptionType(events: readonly SpanEvent[]): string {
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i]!;
    if (event.name !== "exception") continue;
    const type = event.attributes["exception.type"];
    if (typeof type === "string" && type !== "") return type;
  }
  return "";
}
