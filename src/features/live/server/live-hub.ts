import { randomBytes } from "node:crypto";
import type { SpansStored } from "#features/ingest/server/index.ts";
import type { LiveSpans } from "#features/traces/trace-contract.ts";
import type { EventBus } from "#platform/events/event-bus.ts";

/** Events of one project are merged for this long: a browser wants a few updates a second, not hundreds. */
const MERGE_MS = 200;
/** Events kept per project, so that a browser that lost its connection can catch up. */
const KEPT_EVENTS = 300;
const MAX_TRACES = 200;

/** One event as it goes out. Ids grow within one run of the process. */
export interface LiveEvent {
  id: string;
  data: LiveSpans;
}

interface Channel {
  sequence: number;
  kept: LiveEvent[];
  pending: { spans: number; traceIds: Set<string>; more: boolean } | undefined;
  listeners: Set<(event: LiveEvent) => void>;
}

/** Merges what becomes durable into a few events per second and project, and keeps the newest for those who reconnect. */
export class LiveHub {
  private readonly channels = new Map<string, Channel>();
  /** Tells ids of this run from those of an earlier one. */
  private readonly run = randomBytes(4).toString("hex");

  constructor(events: EventBus) {
    events.on("spans_stored", (event) => this.take(event));
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

  private take(event: SpansStored): void {
    const channel = this.channelOf(event.projectId);
    if (!channel.pending) {
      channel.pending = { spans: 0, traceIds: new Set(), more: false };
      setTimeout(() => this.publish(channel), MERGE_MS).unref();
    }
    const { pending } = channel;
    pending.spans += event.spans;
    pending.more ||= event.more;
    for (const traceId of event.traceIds) {
      if (pending.traceIds.size < MAX_TRACES) pending.traceIds.add(traceId);
      else pending.more ||= !pending.traceIds.has(traceId);
    }
  }

  private publish(channel: Channel): void {
    const { pending } = channel;
    if (!pending) return;
    channel.pending = undefined;
    const event: LiveEvent = {
      id: `${this.run}-${++channel.sequence}`,
      data: {
        at: new Date().toISOString(),
        spans: pending.spans,
        trace_ids: [...pending.traceIds],
        more: pending.more,
      },
    };
    channel.kept.push(event);
    if (channel.kept.length > KEPT_EVENTS) channel.kept.shift();
    for (const listener of channel.listeners) listener(event);
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
