import type { SeenEvent } from "./live-viewer.ts";

/** One thing that viewers are to be told of. */
interface Told {
  kind: "span" | "heartbeat";
  ackedMs: number | undefined;
  /** When each viewer first heard of it. */
  heardMs: (number | undefined)[];
}

/** Delays of one kind, over all things and viewers. */
export interface Delays {
  delays: number[];
  /** Things that were acknowledged. */
  things: number;
  /** Pairs of thing and viewer where the viewer was not told. */
  missing: number;
  /** Share of the pairs in which the event came before the answer to the sender; their delay counts as 0. */
  beforeAnswer: number;
}

/** Matches what was acknowledged with what the viewers heard. Times are of `performance.now()`. */
export class LiveDelays {
  private readonly viewers: number;
  private readonly open = new Map<string, Told>();
  private readonly all: Told[] = [];

  constructor(viewers: number) {
    this.viewers = viewers;
  }

  /** Says what is about to be sent: the event may come before the answer. Returns what to call with the answer's time. */
  expect(kind: Told["kind"], key: string): (ackedMs: number) => void {
    const told: Told = { kind, ackedMs: undefined, heardMs: new Array(this.viewers) };
    this.open.set(key, told);
    this.all.push(told);
    return (ackedMs) => {
      told.ackedMs = ackedMs;
    };
  }

  /** Notes what a viewer heard. */
  heard(viewer: number, { event, data }: SeenEvent, atMs: number): void {
    if (event === "spans") {
      for (const id of (data as { trace_ids: string[] }).trace_ids) this.note(viewer, traceKey(id), atMs);
    }
    if (event === "agents") {
      for (const { name, status } of (data as { agents: { name: string; status: string }[] }).agents) {
        this.note(viewer, agentKey(name, status), atMs);
      }
    }
  }

  /** What was measured of a kind; things that were never acknowledged are left out. */
  of(kind: Told["kind"]): Delays {
    const things = this.all.filter((told) => told.kind === kind && told.ackedMs !== undefined);
    const delays: number[] = [];
    let early = 0;
    for (const { ackedMs, heardMs } of things) {
      for (const heard of heardMs) {
        if (heard === undefined) continue;
        if (heard < ackedMs!) early++;
        delays.push(Math.max(0, heard - ackedMs!));
      }
    }
    return {
      delays,
      things: things.length,
      missing: things.length * this.viewers - delays.length,
      beforeAnswer: early / delays.length,
    };
  }

  private note(viewer: number, key: string, atMs: number): void {
    const told = this.open.get(key);
    if (told) told.heardMs[viewer] ??= atMs;
  }
}

export const traceKey = (traceId: string) => `trace ${traceId}`;
export const agentKey = (name: string, status: string) => `agent ${name} ${status}`;
