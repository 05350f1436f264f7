import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventBus } from "#platform/events/event-bus.ts";
import { type LiveEvent, LiveHub } from "./live-hub.ts";

const MERGED = 250;

interface Sent {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into messages of three kinds.
  data: any;
}

/** An event as a browser reads it. */
function read({ id, frame }: LiveEvent): Sent {
  const [, event, sentId, data] = /^event: (\w+)\nid: (.+)\ndata: (.+)\n\n$/.exec(frame)!;
  expect(sentId).toBe(id);
  return { id, event: event!, data: JSON.parse(data!) };
}

describe("the live hub", () => {
  let events: EventBus;
  let hub: LiveHub;
  beforeEach(() => {
    vi.useFakeTimers();
    events = new EventBus();
    hub = new LiveHub(events);
  });
  afterEach(() => vi.useRealTimers());

  const store = (projectId: string, traceIds: string[], spans = traceIds.length, more = false) =>
    events.emit("spans_stored", { projectId, atMs: Date.now(), spans, traceIds, more, agents: [] });
  function follow(projectId: string, lastId?: string) {
    const seen: Sent[] = [];
    return { seen, ...hub.follow(projectId, lastId, (event) => seen.push(read(event))) };
  }
  /** Stores spans and lets the event go out. */
  function publish(projectId: string, traceIds: string[]) {
    store(projectId, traceIds);
    vi.advanceTimersByTime(MERGED);
  }

  it("merges what is stored within a moment into one event", () => {
    const { seen } = follow("p");
    store("p", ["a", "b"], 5);
    vi.advanceTimersByTime(100);
    store("p", ["b", "c"], 2);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(MERGED);
    expect(seen).toEqual([
      {
        id: expect.any(String),
        event: "spans",
        data: { at: expect.any(String), spans: 7, trace_ids: ["a", "b", "c"], more: false },
      },
    ]);
    publish("p", ["d"]);
    expect(seen.map((event) => event.data.trace_ids)).toEqual([["a", "b", "c"], ["d"]]);
  });

  it("tells each project its own, to all who follow it", () => {
    const [one, two, other] = [follow("p"), follow("p"), follow("q")];
    publish("p", ["a"]);
    expect([one.seen.length, two.seen.length, other.seen.length]).toEqual([1, 1, 0]);
  });

  it("says that there are more traces than it lists", () => {
    const { seen } = follow("p");
    const ids = (from: number) => Array.from({ length: 150 }, (_, i) => `t${from + i}`);
    store("p", ids(0));
    store("p", ids(100));
    vi.advanceTimersByTime(MERGED);
    expect(seen[0]!.data).toMatchObject({ spans: 300, more: true });
    expect(seen[0]!.data.trace_ids).toHaveLength(200);
    store("p", ["x"], 1, true);
    vi.advanceTimersByTime(MERGED);
    expect(seen[1]!.data.more).toBe(true);
  });

  it("replays what a reader missed, in order and once", () => {
    const first = follow("p");
    publish("p", ["a"]);
    first.stop();
    publish("p", ["b"]);
    publish("p", ["c"]);
    const back = follow("p", first.seen[0]!.id);
    expect(back.missed).toBe(false);
    publish("p", ["d"]);
    expect(back.seen.map((event) => event.data.trace_ids[0])).toEqual(["b", "c", "d"]);
    expect(new Set([...first.seen, ...back.seen].map((event) => event.id)).size).toBe(4);
  });

  it("replays nothing to a reader that missed nothing", () => {
    const first = follow("p");
    publish("p", ["a"]);
    const back = follow("p", first.seen[0]!.id);
    expect(back).toMatchObject({ missed: false, seen: [] });
  });

  it.each([
    ["of an earlier run", () => "00000000-1"],
    ["of the future", (id: string) => id.replace(/\d+$/, "999")],
    ["that is negative", (id: string) => id.replace(/-\d+$/, "--5")],
    ["that is no id", () => "nonsense"],
    ["that is empty", () => ""],
  ])("says that events were missed after an id %s", (_name, change) => {
    const { seen } = follow("p");
    publish("p", ["a"]);
    expect(follow("p", change(seen[0]!.id))).toMatchObject({ missed: true, seen: [] });
  });

  it("says so too when what was missed is no longer kept", () => {
    const { seen } = follow("p");
    for (let i = 0; i < 610; i++) publish("p", [`t${i}`]);
    expect(follow("p", seen[8]!.id).missed).toBe(true);
    const back = follow("p", seen[9]!.id);
    expect(back.missed).toBe(false);
    expect(back.seen).toHaveLength(600);
  });

  it("forgets whoever stops", () => {
    const { seen, stop } = follow("p");
    expect(hub.listenerCount).toBe(1);
    stop();
    expect(hub.listenerCount).toBe(0);
    publish("p", ["a"]);
    expect(seen).toEqual([]);
  });

  const changed = (agentId: string, change: "created" | "updated" | "deleted") =>
    events.emit("agent_changed", { projectId: "p", agentId, name: agentId, status: "offline", change });
  const status = (agentId: string, to: "running" | "offline") =>
    events.emit("agent_status_changed", {
      projectId: "p",
      agentId,
      name: agentId,
      from: "idle",
      to,
      reason: "It does.",
      atMs: Date.now(),
    });

  it("tells of runs that were reported, and of traces that agents have spans in", () => {
    const { seen } = follow("p");
    events.emit("execution_changed", { projectId: "p", id: "r1" });
    events.emit("execution_changed", { projectId: "p", id: "r1" });
    const agents = [{ name: "a", id: "", version: "", service: "", environment: "" }];
    events.emit("spans_stored", { projectId: "p", atMs: 0, spans: 2, traceIds: ["t1"], more: false, agents });
    store("p", ["t2"]);
    vi.advanceTimersByTime(MERGED);
    expect(seen.map(({ event, data }) => [event, data.trace_ids ?? data.ids])).toEqual([
      ["spans", ["t1", "t2"]],
      ["executions", ["r1", "t1"]],
    ]);
  });

  it("tells of each agent once, with its newest status", () => {
    const { seen } = follow("p");
    changed("new", "created");
    status("new", "running");
    status("other", "running");
    status("other", "offline");
    changed("gone", "created");
    changed("gone", "deleted");
    vi.advanceTimersByTime(MERGED);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      event: "agents",
      data: {
        more: false,
        agents: [
          { id: "new", status: "running", change: "created" },
          { id: "other", status: "offline", change: "status" },
          { id: "gone", change: "deleted" },
        ],
      },
    });
  });

  it("counts events of all kinds in one sequence, so that one id resumes them all", () => {
    const first = follow("p");
    publish("p", ["a"]);
    first.stop();
    status("x", "running");
    vi.advanceTimersByTime(MERGED);
    publish("p", ["b"]);
    expect(follow("p", first.seen[0]!.id).seen.map(({ event }) => event)).toEqual(["agents", "spans"]);
  });
});
