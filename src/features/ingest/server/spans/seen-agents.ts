import type { SpanFacts } from "#features/telemetry/server/index.ts";

/** An agent as a span names it; what the span does not tell is empty. */
export interface SeenAgent {
  name: string;
  id: string;
  version: string;
  service: string;
  environment: string;
}

/** Most agents that are told of one group and project. */
const MAX_SEEN_AGENTS = 256;

/** The distinct agents of some spans. */
export class SeenAgents {
  private agents = new Map<string, SeenAgent>();
  private last: SeenAgent | undefined;

  add(facts: SpanFacts, service: string): void {
    const { agentName: name, agentId: id, agentVersion: version, environment } = facts;
    if (name === "" || this.agents.size >= MAX_SEEN_AGENTS) return;
    const { last } = this;
    // Spans of one agent mostly stand together.
    if (
      last?.name === name &&
      last.id === id &&
      last.version === version &&
      last.service === service &&
      last.environment === environment
    )
      return;
    this.last = { name, id, version, service, environment };
    this.keep(this.last);
  }

  /** Adds agents seen elsewhere. */
  addAll(agents: readonly SeenAgent[]): void {
    for (const agent of agents) if (this.agents.size < MAX_SEEN_AGENTS) this.keep(agent);
  }

  /** What was seen; starts anew. */
  take(): SeenAgent[] {
    const taken = [...this.agents.values()];
    this.agents = new Map();
    this.last = undefined;
    return taken;
  }

  private keep(agent: SeenAgent): void {
    const { name, id, version, service, environment } = agent;
    const key = `${name}\0${id}\0${version}\0${service}\0${environment}`;
    if (!this.agents.has(key)) this.agents.set(key, agent);
  }
}
