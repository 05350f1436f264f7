import type { EventBus } from "#platform/events/event-bus.ts";
import type {
  AgentInput,
  AgentPatch,
  AgentSource,
  AgentStatus,
  Directive,
  HeartbeatAnswer,
  HeartbeatInput,
} from "../agent-contract.ts";
import type { AgentDirectives } from "./agent-directives.ts";
import { agentNameTaken, agentNotFound, unknownStatus } from "./agent-errors.ts";
import type { AgentChanged } from "./agent-events.ts";
import type { AgentLife } from "./agent-life.ts";
import type { AgentRow } from "./agent-row.ts";
import type { Sign } from "./agent-signs.ts";
import { readReportedStatus } from "./agent-status.ts";
import { type AgentStore, isUuid } from "./agent-store.ts";

/** What agents do and what is done to them: the one way in for routes and other features. */
export class AgentRegistry {
  private readonly store: AgentStore;
  private readonly life: AgentLife;
  private readonly events: EventBus;
  private readonly directives: AgentDirectives;

  constructor(parts: { store: AgentStore; life: AgentLife; events: EventBus; directives: AgentDirectives }) {
    this.store = parts.store;
    this.life = parts.life;
    this.events = parts.events;
    this.directives = parts.directives;
  }

  /** An agent by our id, its own id or its name. Throws `agent_not_found` (404). */
  async require(projectId: string, ref: string): Promise<AgentRow> {
    const row = await this.store.find(projectId, ref);
    if (!row) throw agentNotFound(ref);
    return row;
  }

  /** Our ids of agents by their names; names that are not known are missing. */
  idsByName(projectId: string, names: readonly string[]): Promise<Map<string, string>> {
    return this.store.idsByName(projectId, names);
  }

  /**
   * An agent that reports under a reference. One that is not known appears under it as its name; only what looks like
   * an id of ours must exist, since nobody is called that. Throws `agent_not_found` (404), `too_many_agents` (409).
   */
  async appear(
    projectId: string,
    ref: string,
    source: AgentSource,
    described: Omit<AgentInput, "name"> & { name?: string | undefined } = {},
  ): Promise<AgentRow> {
    const known = await this.store.find(projectId, ref);
    if (known) return known;
    if (isUuid(ref)) throw agentNotFound(ref);
    const { name = ref, ...rest } = described;
    const namesake = name === ref ? undefined : await this.store.find(projectId, name);
    if (namesake) return this.adopt(namesake, ref, source);
    const input: AgentInput = { ...rest, name, ...(name === ref ? {} : { id: ref }) };
    const created = await this.store.create(projectId, input, source, source, new Date());
    if (created) {
      this.announce(created, "created");
      return created;
    }
    // Another request made it a moment ago.
    return this.require(projectId, ref);
  }

  /** Gives an agent that is known by its name the id it reports under. Throws `agent_name_taken` (409) when it has another. */
  private async adopt(agent: AgentRow, ref: string, by: string): Promise<AgentRow> {
    if (agent.external_id !== null) throw agentNameTaken(agent.name);
    return this.store.update(agent.project_id, agent.id, {}, by, new Date(), ref);
  }

  /** Registers an agent, or renews the description of the one with this id or name; a deleted one is there again. */
  async register(
    projectId: string,
    input: AgentInput,
    by: string,
  ): Promise<{ row: AgentRow; created: boolean }> {
    const known =
      (input.id === undefined ? undefined : await this.store.find(projectId, input.id)) ??
      (await this.store.find(projectId, input.name));
    if (!known) {
      const row = await this.store.create(projectId, input, "registration", by, new Date());
      if (row) {
        this.announce(row, "created");
        return { row, created: true };
      }
    }
    const existing = known ?? (await this.require(projectId, input.name));
    if (
      input.id !== undefined &&
      existing.external_id !== null &&
      input.id !== existing.external_id &&
      input.id !== existing.id
    ) {
      throw agentNameTaken(input.name);
    }
    // Its configuration belongs to whoever runs it: a registration repeated at each start must not undo changes.
    const { id, configuration: _, ...description } = input;
    const row = await this.store.update(
      projectId,
      existing.id,
      { ...description, archived: false },
      by,
      new Date(),
      id === undefined || id === existing.id ? undefined : id,
    );
    this.announce(row, existing.archived_at ? "restored" : "updated");
    return { row, created: false };
  }

  async change(projectId: string, ref: string, patch: AgentPatch, by: string): Promise<AgentRow> {
    const before = await this.require(projectId, ref);
    const row = await this.store.update(projectId, before.id, patch, by, new Date());
    const change =
      patch.archived === undefined || (row.archived_at === null) === (before.archived_at === null)
        ? "updated"
        : row.archived_at
          ? "archived"
          : "restored";
    this.announce(row, change);
    return row;
  }

  /** Removes an agent for good; what it sent as spans stays. Returns what was removed. */
  async purge(projectId: string, ref: string): Promise<AgentRow> {
    const row = await this.require(projectId, ref);
    await this.store.purge(projectId, row.id);
    this.announce(row, "deleted");
    return row;
  }

  /**
   * Takes a heartbeat and returns the answer, with the agent as it was before. What changes nothing but the time is
   * gathered with others; a change of status, version, host or environment is durable before the answer. Throws `unknown_status` (400) and what `appear` throws.
   */
  async heartbeat(
    projectId: string,
    ref: string,
    beat: HeartbeatInput,
    nowMs: number,
  ): Promise<{ agent: AgentRow; answer: HeartbeatAnswer }> {
    const reported = readStatus(beat.status);
    const { name, type, version, host, environment } = beat;
    const agent = await this.appear(projectId, ref, "heartbeat", { name, type, version, host, environment });
    const sign: Sign = {
      heartbeatMs: nowMs,
      ...(reported ? { reported } : {}),
      ...(version ? { version } : {}),
      ...(host ? { host } : {}),
      ...(environment ? { environment } : {}),
      ...(beat.interval_seconds ? { intervalSeconds: beat.interval_seconds } : {}),
      ...(beat.metrics ? { metrics: beat.metrics } : {}),
    };
    const { status } = this.life.decide(
      {
        ...agent,
        reported_status: reported ?? agent.reported_status,
        heartbeat_interval_seconds: beat.interval_seconds ?? agent.heartbeat_interval_seconds,
        last_heartbeat_at: new Date(nowMs),
      },
      nowMs,
    );
    const changes =
      status !== agent.status ||
      (reported !== undefined && reported !== agent.reported_status) ||
      (version && version !== agent.version) ||
      (host && host !== agent.host) ||
      (environment && environment !== agent.environment) ||
      (beat.interval_seconds !== undefined && beat.interval_seconds !== agent.heartbeat_interval_seconds);
    if (changes) await this.life.applyNow(agent.id, sign);
    // What did not change is left out: it must not undo a change that is being written.
    else this.life.note(agent.id, { heartbeatMs: nowMs, ...(beat.metrics ? { metrics: beat.metrics } : {}) });
    const { action, reason } = this.directiveOf(agent);
    const { id, config_version } = agent;
    return { agent, answer: { agent_id: id, status, directive: action, reason, config_version } };
  }

  /**
   * An agent did something that was reported, at `atMs`: it lived then, and so many of its runs have just ended or
   * failed.
   */
  noteWork(agentId: string, atMs: number, outcomes = 0, failures = 0): void {
    this.life.noteOutcomes(agentId, outcomes, failures, Date.now());
    this.life.note(agentId, { telemetryMs: atMs });
  }

  /** Whether an agent should go on. */
  directiveOf(agent: { project_id: string; id: string; name: string }): Directive {
    return this.directives.directiveFor(agent.project_id, agent.id, agent.name);
  }

  private announce(row: AgentRow, change: AgentChanged["change"]): void {
    this.events.emit("agent_changed", {
      projectId: row.project_id,
      agentId: row.id,
      name: row.name,
      status: row.status,
      change,
    });
  }
}

function readStatus(word: string | undefined): AgentStatus | undefined {
  if (word === undefined || word === "") return undefined;
  const status = readReportedStatus(word);
  if (!status) throw unknownStatus(word);
  return status;
}
