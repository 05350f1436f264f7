import type { LogFacts } from "./log-columns.ts";
import type { LogView } from "./log-view.ts";

/** Reads what a record says of itself under the names of OpenTelemetry and OpenInference. */
export function readLogFacts({ attributes, origin, eventName }: LogView): LogFacts {
  const first = (...keys: string[]) => {
    for (const key of keys) {
      const text = attributes.text(key);
      if (text !== undefined && text !== "") return text;
    }
    return "";
  };
  const { resource } = origin;
  return {
    // Before event names had a field of their own they stood in this attribute.
    eventName: eventName || first("event.name"),
    environment:
      first("deployment.environment.name", "deployment.environment") ||
      (resource.get("deployment.environment.name") ?? resource.get("deployment.environment") ?? ""),
    agent: first("gen_ai.agent.name", "agent.name") || (resource.get("gen_ai.agent.name") ?? ""),
    sessionId: first("gen_ai.conversation.id", "session.id"),
  };
}
