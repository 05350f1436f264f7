import type { SpanView } from "../span-view.ts";
import { textOf } from "./attribute-lookup.ts";
import type { Dialect, SpanFacts, SpanMessages, StoredSpan } from "./dialect.ts";
import { readMessagesJson } from "./messages-json.ts";
import { dropUsage } from "./token-buckets.ts";

/**
 * CrewAI's usage statistics ("Crew Created", "Task Created", "Tool Usage" …), which reach an application's
 * exporter beside the spans of an instrumentation. They mark that something happened and repeat what those
 * spans measure, so their operation stays "" and nothing is counted twice. Agent and tool are read, for
 * finding them; crews and tasks are told by keys and ids only, which stay attributes.
 * Source: crewai.telemetry, class Telemetry.
 */
export const crewAiTelemetry: Dialect = {
  name: "crewai_telemetry",
  recognises: (span) => span.origin.scopeName === "crewai.telemetry",
  readFacts: readCrewAiFacts,
  contentKeys: [
    "crew_agents",
    "crew_tasks",
    "crew_inputs",
    "crew_output",
    "crew_tasks_output",
    "formatted_description",
    "formatted_expected_output",
    "task_output",
  ],
  readMessages: readCrewAiMessages,
};

function readCrewAiFacts(span: SpanView, facts: SpanFacts): void {
  dropUsage(facts);
  facts.agentName = textOf(span.attributes, "agent_role");
  facts.toolName = textOf(span.attributes, "tool_name");
  if (facts.errorType === "") facts.errorType = textOf(span.attributes, "error_type");
}

/** Only crews that opted in to sharing (`share_crew`) carry texts. */
function readCrewAiMessages(span: StoredSpan): SpanMessages {
  const attributes = span.attributes;
  return {
    input: readMessagesJson(attributes.formatted_description ?? attributes.crew_inputs, "user"),
    output: readMessagesJson(attributes.task_output ?? attributes.crew_output, "assistant"),
  };
}
