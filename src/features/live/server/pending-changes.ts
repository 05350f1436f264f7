import type { LiveAgents } from "#features/agents/agent-contract.ts";
import type { LiveExecutions } from "#features/executions/execution-contract.ts";
import type { SpansStored } from "#features/ingest/server/index.ts";
import type { LiveSpans } from "#features/traces/trace-contract.ts";

/** Things one event lists; what is beyond is told by `more`. */
const MAX_LISTED = 200;

/** What a browser is sent. */
export type LiveMessage =
  | { event: "spans"; data: LiveSpans }
  | { event: "executions"; data: LiveExecutions }
  | { event: "agents"; data: LiveAgents };

/** Gathers what happened in one project until it is sent. */
export interface PendingChanges {
  addSpans(event: SpansStored): void;
  addExecution(id: string): void;
  /** Of several changes of one agent the newest counts; that it is new is not forgotten. */
  addAgent(agent: LiveAgents["agents"][number]): void;
  /** The messages to send, those about runs and agents after the spans they follow from. */
  take(at: Date): LiveMessage[];
}

export function pendingChanges(): PendingChanges {
  const traces = new BoundedSet();
  const executions = new BoundedSet();
  const agents = new Map<string, LiveAgents["agents"][number]>();
  let spans = 0;
  let moreAgents = false;
  return {
    addSpans(event) {
      spans += event.spans;
      traces.more ||= event.more;
      for (const id of event.traceIds) traces.add(id);
      // Which of the traces hold the run is not known: each may.
      if (event.agents.length === 0) return;
      executions.more ||= event.more;
      for (const id of event.traceIds) executions.add(id);
    },
    addExecution: (id) => executions.add(id),
    addAgent(agent) {
      const known = agents.get(agent.id);
      if (!known && agents.size >= MAX_LISTED) {
        moreAgents = true;
        return;
      }
      const isStillNew = known?.change === "created" && agent.change !== "deleted";
      agents.set(agent.id, isStillNew ? { ...agent, change: "created" } : agent);
    },
    take(date) {
      const at = date.toISOString();
      const messages: LiveMessage[] = [];
      if (spans > 0) {
        messages.push({ event: "spans", data: { at, spans, trace_ids: traces.list(), more: traces.more } });
      }
      if (executions.size > 0) {
        messages.push({ event: "executions", data: { at, ids: executions.list(), more: executions.more } });
      }
      if (agents.size > 0) {
        messages.push({ event: "agents", data: { at, agents: [...agents.values()], more: moreAgents } });
      }
      return messages;
    },
  };
}

/** The first ids up to the limit, and whether there were more. */
class BoundedSet {
  more = false;
  private readonly ids = new Set<string>();

  add(id: string): void {
    if (this.ids.size < MAX_LISTED) this.ids.add(id);
    else this.more ||= !this.ids.has(id);
  }

  get size(): number {
    return this.ids.size;
  }

  list(): string[] {
    return [...this.ids];
  }
}
