import { isConnectionError } from "#platform/errors/connection-error.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import type { Logger } from "#platform/observability/logger.ts";
import type { AgentSignStore, Sign, SignedAgent } from "./agent-signs.ts";
import { type AgentSigns, agentStatus, type StatusDecision } from "./agent-status.ts";
import { RecentOutcomes } from "./recent-outcomes.ts";
import type { SpanOutcomes } from "./span-outcomes.ts";
import "./agent-events.ts";

/** Signs wait this long for others, so that a thousand agents cost a few statements a second. */
const GATHER_MS = 200;
/** How often agents are looked at for having fallen silent. */
const SWEEP_MS = 2000;

/**
 * Follows who is alive. Signs of life gather in memory for at most 200 ms and are written in one statement; a crash
 * loses that much of "last seen", which the next heartbeat repairs. A sign that changes something (a reported status,
 * a version, an agent that was offline) is written by `applyNow` before it is acknowledged.
 */
export class AgentLife {
  private pending = new Map<string, Sign>();
  private timer: NodeJS.Timeout | undefined;
  private sweepTimer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly outcomes = new RecentOutcomes();
  private readonly store: AgentSignStore;
  private readonly spanOutcomes: SpanOutcomes;
  private readonly events: EventBus;
  private readonly logger: Logger;

  constructor(parts: {
    store: AgentSignStore;
    spanOutcomes: SpanOutcomes;
    events: EventBus;
    logger: Logger;
  }) {
    this.store = parts.store;
    this.spanOutcomes = parts.spanOutcomes;
    this.events = parts.events;
    this.logger = parts.logger;
  }

  /** Begins to look for agents that have fallen silent. */
  start(): void {
    this.sweepTimer ??= setInterval(() => {
      this.sweep(Date.now()).catch((error: unknown) =>
        this.logger.warn({ err: error }, "the status of agents could not be renewed"),
      );
    }, SWEEP_MS).unref();
  }

  /** Stops looking and writes what has gathered. */
  async stop(): Promise<void> {
    clearInterval(this.sweepTimer);
    this.sweepTimer = undefined;
    await this.flush();
  }

  /** Takes a sign that will be written within 200 ms. */
  note(agentId: string, sign: Sign): void {
    this.pending.set(agentId, mergeSigns(this.pending.get(agentId), sign));
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  /** Counts how runs or events of an agent ended, for its error rate. */
  noteOutcomes(agentId: string, outcomes: number, failures: number, nowMs: number): void {
    if (outcomes > 0) this.outcomes.add(agentId, outcomes, failures, nowMs);
  }

  /** Writes a sign and the status that follows from it; resolves when both are durable. */
  async applyNow(agentId: string, sign: Sign): Promise<void> {
    const merged = mergeSigns(this.pending.get(agentId), sign);
    this.pending.delete(agentId);
    await this.settle(await this.store.apply(new Map([[agentId, merged]])), Date.now());
  }

  /** Resolves when all signs taken so far are written, or have failed to be. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.writePending());
    return this.writing;
  }

  /** Looks at every agent that is not offline. */
  async sweep(nowMs: number): Promise<void> {
    await this.spanOutcomes.refresh(nowMs);
    await this.settle(await this.store.alive(), nowMs);
  }

  /** What an agent's status is at a moment, given what was heard of it. */
  decide(agent: SignedAgent, nowMs: number): StatusDecision {
    const spans = this.spanOutcomes.of(agent.project_id, agent.name, nowMs);
    const told = this.outcomes.count(agent.id, nowMs);
    // An agent that reports its runs and sends their spans tells of the same failures twice.
    const { outcomes, failures } = spans.outcomes > told.outcomes ? spans : told;
    const signs: AgentSigns = {
      lastHeartbeatMs: agent.last_heartbeat_at?.getTime() ?? null,
      lastTelemetryMs: agent.last_telemetry_at?.getTime() ?? null,
      reported: agent.reported_status,
      heartbeatIntervalMs: agent.heartbeat_interval_seconds * 1000,
      outcomes,
      failures,
    };
    return agentStatus(signs, nowMs);
  }

  private async writePending(): Promise<void> {
    const signs = this.pending;
    if (signs.size === 0) return;
    this.pending = new Map();
    try {
      await this.settle(await this.store.apply(signs), Date.now());
    } catch (error) {
      if (isConnectionError(error)) this.keepForLater(signs, error);
      else await this.writeOneByOne(signs);
    }
  }

  private keepForLater(signs: ReadonlyMap<string, Sign>, error: unknown): void {
    // Later signs may have gathered meanwhile; they win over these.
    for (const [id, sign] of signs) this.pending.set(id, mergeSigns(sign, this.pending.get(id) ?? {}));
    this.logger.warn({ err: error, agents: signs.size }, "signs of life could not be written yet");
    this.timer ??= setTimeout(() => void this.flush(), SWEEP_MS).unref();
  }

  /** A sign that the ledger does not take must not cost the others theirs, nor be tried for ever. */
  private async writeOneByOne(signs: ReadonlyMap<string, Sign>): Promise<void> {
    for (const [id, sign] of signs) {
      try {
        await this.settle(await this.store.apply(new Map([[id, sign]])), Date.now());
      } catch (error) {
        this.logger.warn({ err: error, agentId: id }, "a sign of life was not taken");
      }
    }
  }

  private async settle(agents: readonly SignedAgent[], nowMs: number): Promise<void> {
    const changes = agents.flatMap((agent) => {
      const { status, reason } = this.decide(agent, nowMs);
      return status === agent.status ? [] : [{ agent, id: agent.id, from: agent.status, to: status, reason }];
    });
    const changed = await this.store.changeStatus(changes, new Date(nowMs));
    for (const { agent, from, to, reason } of changes) {
      // Nobody wants to hear of an agent that was put away.
      if (!changed.has(agent.id) || agent.archived_at !== null) continue;
      this.events.emit("agent_status_changed", {
        projectId: agent.project_id,
        agentId: agent.id,
        name: agent.name,
        from,
        to,
        reason,
        atMs: nowMs,
      });
    }
  }
}

/** Both signs in one; where they tell different things the later one counts, times the later time. */
export function mergeSigns(earlier: Sign | undefined, later: Sign): Sign {
  if (!earlier) return later;
  const merged = { ...earlier, ...later };
  for (const key of ["heartbeatMs", "telemetryMs"] as const) {
    const latest = Math.max(earlier[key] ?? 0, later[key] ?? 0);
    if (latest > 0) merged[key] = latest;
  }
  return merged;
}
