import type { AgentStatus } from "../agent-contract.ts";

/** An agent's status is another one now. Announced after it is written down. */
export interface AgentStatusChanged {
  projectId: string;
  agentId: string;
  name: string;
  from: AgentStatus;
  to: AgentStatus;
  /** A sentence. */
  reason: string;
  /** Milliseconds since 1970. */
  atMs: number;
}

/** An agent appeared, was changed, archived, restored or removed. */
export interface AgentChanged {
  projectId: string;
  agentId: string;
  name: string;
  status: AgentStatus;
  change: "created" | "updated" | "archived" | "restored" | "deleted";
}

declare module "#platform/events/event-bus.ts" {
  interface DomainEvents {
    agent_status_changed: AgentStatusChanged;
    agent_changed: AgentChanged;
  }
}
