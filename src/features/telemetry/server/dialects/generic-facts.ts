import type { Attributes } from "../attributes.ts";
import { type SpanEvent, type SpanView, StatusCode } from "../span-view.ts";
import { textOf } from "./attribute-lookup.ts";
import type { SpanFacts } from "./dialect.ts";

/**
 * Facts any span may carry, GenAI or not: session, user, environment, error. They are read before the
 * dialect, which may replace them. The service's name is not taken for an agent's: a service may run many
 * agents, and most services run none.
 */
export function readGenericFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  facts.sessionId = textOf(attributes, "gen_ai.conversation.id", "session.id");
  facts.userId = textOf(attributes, "user.id", "enduser.id");
  facts.environment = environmentOf(attributes, span.origin.resource);
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
