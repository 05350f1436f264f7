import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EventBus } from "#platform/events/event-bus.ts";
import { type LiveEvent, LiveHub } from "./live-hub.ts";

const MERGED = 250;

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
    events.emit("spans_stored", { projectId, atMs: Date.now(), spans, traceIds, more });
  function follow(projectId: string, lastId?: string) {
    const seen: LiveEvent[] = [];
    return { seen, ...hub.follow(projectId, lastId, (event) => seen.push(event)) };
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
    for (let i = 0; i < 310; i++) publish("p", [`t${i}`]);
    expect(follow("p", seen[8]!.id).missed).toBe(true);
    const back = follow("p", seen[9]!.id);
    expect(back.missed).toBe(false);
    expect(back.seen).toHaveLength(300);
  });

  it("forgets whoever stops", () => {
    const { seen, stop } = follow("p");
    expect(hub.listenerCount).toBe(1);
    stop();
    expect(hub.listenerCount).toBe(0);
    publish("p", ["a"]);
    expect(seen).toEqual([]);
  });
});
