import type { Directive } from "../agent-contract.ts";

/**
 * Whether an agent should go on: asked at each heartbeat, event and execution, so it answers at once from memory.
 * `agentName` is what spans know the agent by.
 */
export interface AgentDirectives {
  directiveFor(projectId: string, agentId: string, agentName: string): Directive;
}

/** Nobody stops anything. */
export const NO_DIRECTIVES: AgentDirectives = {
  directiveFor: () => ({ action: "continue", reason: null }),
};
