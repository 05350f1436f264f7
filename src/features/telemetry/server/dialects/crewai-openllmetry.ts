import type { SpanView } from "../span-view.ts";
import { textOf } from "./attribute-lookup.ts";
import type { Dialect, SpanFacts, SpanMessages, StoredSpan } from "./dialect.ts";
import { readMessagesJson } from "./messages-json.ts";
import { openLLMetry, withoutSuffix } from "./openllmetry.ts";
import { dropUsage } from "./token-buckets.ts";

const CREW = "crewai.workflow";

/**
 * OpenLLMetry's instrumentation of CrewAI: crews, tasks, agents and model calls, described by `crewai.*`. Its
 * later generation calls crews, tasks and agents all `invoke_agent`, which would count one agent three times;
 * names and kinds tell them apart. Its `….llm` spans name a model and no usage.
 * Source: traceloop/openllmetry, packages/opentelemetry-instrumentation-crewai.
 */
export const crewAiOpenLLMetry: Dialect = {
  name: "openllmetry_crewai",
  recognises: (span) => span.origin.scopeName.startsWith("opentelemetry.instrumentation.crewai"),
  readFacts,
  contentKeys: [
    "crewai.crew.tasks",
    "crewai.crew.agents",
    "crewai.crew.result",
    "crewai.crew.tasks_output",
    "crewai.task.description",
    "crewai.task.expected_output",
    "crewai.task.prompt_context",
    "crewai.task.context",
    "crewai.task.output",
    "crewai.agent.goal",
    "crewai.agent.backstory",
    "crewai.agent.crew",
    "crewai.agent.agent_executor",
    "crewai.agent.tools_results",
  ],
  readMessages,
};

function readFacts(span: SpanView, facts: SpanFacts): void {
  const attributes = span.attributes;
  openLLMetry.readFacts(span, facts);
  if (span.name === CREW) {
    facts.operation = "invoke_workflow";
    facts.agentName = "";
    dropUsage(facts);
  } else if (attributes.text("traceloop.span.kind") === "task" || span.name.endsWith(".task")) {
    facts.operation = "chain";
    facts.agentName = textOf(attributes, "crewai.task.agent");
    dropUsage(facts);
  } else if (facts.operation === "invoke_agent") {
    const role = textOf(attributes, "crewai.agent.role");
    facts.agentName ||= role || withoutSuffix(span.name, ".agent");
  }
}

/** Crews and tasks tell what went in and came out; agents and model calls do not. */
function readMessages(span: StoredSpan): SpanMessages {
  const attributes = span.attributes;
  const task = attributes["crewai.task.description"];
  if (task !== undefined) {
    return {
      input: readMessagesJson(task, "user"),
      output: readMessagesJson(
        attributes["traceloop.entity.output"] ?? attributes["crewai.task.output"],
        "assistant",
      ),
    };
  }
  return { input: [], output: readMessagesJson(attributes["crewai.crew.result"], "assistant") };
}
