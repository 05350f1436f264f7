/** What the app and other features use of agents. */
export type { ReadReportedRuns } from "./agent-activity-query.ts";
export { AgentArrivals } from "./agent-arrivals.ts";
export { type AgentDirectives, NO_DIRECTIVES } from "./agent-directives.ts";
export type { AgentChanged, AgentStatusChanged } from "./agent-events.ts";
export { agentPolicy } from "./agent-policy.ts";
export type { AgentRegistry } from "./agent-registry.ts";
export { readAgentStatuses } from "./agent-statuses-query.ts";
export { Agents, registerAgents } from "./agents.ts";
