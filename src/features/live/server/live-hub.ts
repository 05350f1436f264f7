import { randomBytes } from "node:crypto";
import type { AgentChanged, AgentStatusChanged } from "#features/agents/server/index.ts";
import type { ExecutionChanged } from "#features/executions/server/index.ts";
import type { SpansStored } from "#features/ingest/server/index.ts";
import type { EventBus } from "#platform/events/event-bus.ts";
import { encodeEvent } from "#platform/realtime/event-stream.ts";
import { type PendingChanges, pendingChanges } from "./pending-changes.ts";

/** Events of one project are merged for this long: a browser wants a few updates a second, not hundreds. */
const MERGE_MS = 200;
/** Events kept per project, so that a browser that lost its connection can catch up. */
const KEPT_EVENTS = 600;

/** One event as it goes out, encoded once for all who follow. Ids grow within one run of the process. */
export interface LiveEvent {
  id: string;
  frame: string;
}

interface Channel {
  sequence: number;
  kept: LiveEvent[];
  pending: PendingChanges | undefined;
  listeners: Set<(event: LiveEvent) => void>;
}

/** Merges what becomes durable into a few events per second and project, and keeps the newest for those who reconnect. */
export class LiveHub {
  private readonly channels = new Map<string, Channel>();
  /** Tells ids of this run from those of an earlier one. */
  private readonly run = randomBytes(4).toString("hex");

  constructor(events: EventBus) {
    events.on("spans_stored", (event: SpansStored) => this.pendingOf(event.projectId).addSpans(event));
    events.on("execution_changed", (event: ExecutionChanged) =>
      this.pendingOf(event.projectId).addExecution(event.id),
    );
    events.on("agent_status_changed", ({ projectId, agentId, name, to }: AgentStatusChanged) =>
      this.pendingOf(projectId).addAgent({ id: agentId, name, status: to, change: "status" }),
    );
    events.on("agent_changed", ({ projectId, agentId, name, status, change }: AgentChanged) =>
      this.pendingOf(projectId).addAgent({ id: agentId, name, status, change }),
    );
  }

  /** Number of open streams. */
  get listenerCount(): number {
    let count = 0;
    for (const channel of this.channels.values()) count += channel.listeners.size;
    return count;
  }

  /**
   * Follows a project. With `lastId` the events after it come first; `missed` is true when they are no
   * longer known, and the reader must load afresh.
   */
  follow(
    projectId: string,
    lastId: string | undefined,
    listener: (event: LiveEvent) => void,
  ): { missed: boolean; stop: () => void } {
    const channel = this.channelOf(projectId);
    channel.listeners.add(listener);
    const missed = lastId !== undefined && !this.replay(channel, lastId, listener);
    return { missed, stop: () => channel.listeners.delete(listener) };
  }

  private replay(channel: Channel, lastId: string, listener: (event: LiveEvent) => void): boolean {
    const [, run, sequence] = /^([0-9a-f]+)-([1-9]\d{0,14})$/.exec(lastId) ?? [];
    const last = Number(sequence);
    const oldestKept = channel.sequence - channel.kept.length + 1;
    if (run !== this.run || !Number.isInteger(last) || last > channel.sequence || last < oldestKept - 1)
      return false;
    for (const event of channel.kept.slice(last - oldestKept + 1)) listener(event);
    return true;
  }

  /** What gathers for a project's next events. */
  private pendingOf(projectId: string): PendingChanges {
    const channel = this.channelOf(projectId);
    if (!channel.pending) {
      channel.pending = pendingChanges();
      setTimeout(() => this.publish(channel), MERGE_MS).unref();
    }
    return channel.pending;
  }

  private publish(channel: Channel): void {
    const { pending } = channel;
    if (!pending) return;
    channel.pending = undefined;
    for (const { event, data } of pending.take(new Date())) {
      const id = `${this.run}-${++channel.sequence}`;
      const encoded: LiveEvent = { id, frame: encodeEvent(event, id, data) };
      channel.kept.push(encoded);
      if (channel.kept.length > KEPT_EVENTS) channel.kept.shift();
      for (const listener of channel.listeners) listener(encoded);
    }
  }

  private channelOf(projectId: string): Channel {
    let channel = this.channels.get(projectId);
    if (!channel) {
      channel = { sequence: 0, kept: [], pending: undefined, listeners: new Set() };
      this.channels.set(projectId, channel);
    }
    return channel;
  }
}
