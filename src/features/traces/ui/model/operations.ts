import type { Operation } from "#features/telemetry/telemetry-contract.ts";
import type { Span } from "../../trace-contract.ts";

/** Groups of operations that share an icon and a colour; `other` is every span that is not about GenAI. */
export const OPERATION_GROUPS = ["agent", "llm", "tool", "retrieval", "check", "chain", "other"] as const;
export type OperationGroup = (typeof OPERATION_GROUPS)[number];

const GROUP_OF: Record<Operation, OperationGroup> = {
  chat: "llm",
  generate_content: "llm",
  text_completion: "llm",
  embeddings: "retrieval",
  retrieval: "retrieval",
  rerank: "retrieval",
  memory: "retrieval",
  execute_tool: "tool",
  create_agent: "agent",
  invoke_agent: "agent",
  invoke_workflow: "chain",
  plan: "chain",
  chain: "chain",
  guardrail: "check",
  evaluator: "check",
};

/** All operations, in the order of the filter menu. */
export const OPERATION_NAMES = Object.keys(GROUP_OF) as Operation[];

export const GROUP_LABEL: Record<OperationGroup, string> = {
  agent: "Agent",
  llm: "LLM call",
  tool: "Tool",
  retrieval: "Retrieval",
  check: "Guardrail, evaluator",
  chain: "Chain, plan",
  other: "Other",
};

export function groupOf(span: Pick<Span, "operation"> | null): OperationGroup {
  if (!span) return "other";
  return Object.hasOwn(GROUP_OF, span.operation) ? GROUP_OF[span.operation as Operation] : "other";
}
