import type { Operation } from "../../telemetry-contract.ts";
import type { SpanView } from "../span-view.ts";
import type { Dialect } from "./dialect.ts";

/**
 * Workflow spans of the Microsoft Agent Framework (Python and .NET). Its agents, models and tools follow the
 * GenAI conventions and are read as such; only the workflow around them has names of its own. Building a
 * workflow and passing messages along its edges is plumbing, whose operation stays "".
 * Source: Agent Framework documentation, workflows, observability.
 */
export const msAgentFramework: Dialect = {
  name: "ms_agent_framework",
  recognises: (span) => isAgentFrameworkScope(span) && !span.attributes.has("gen_ai.operation.name"),
  readFacts: (span, facts) => {
    facts.operation = operationOf(span.name);
  },
  contentKeys: ["workflow.definition"],
  readMessages: () => ({ input: [], output: [] }),
};

function isAgentFrameworkScope(span: SpanView): boolean {
  const scope = span.origin.scopeName;
  return scope === "agent_framework" || scope === "Microsoft.Agents.AI.Workflows";
}

/** Newer versions append the id of the workflow or executor to the name. */
function operationOf(name: string): Operation | "" {
  const space = name.indexOf(" ");
  switch (space < 0 ? name : name.slice(0, space)) {
    case "workflow.run":
    case "workflow.session":
    case "workflow_invoke":
      return "invoke_workflow";
    case "executor.process":
      return "chain";
    default:
      return "";
  }
}
