import { describe, expect, it } from "vitest";
import type { Log } from "../../logs-contract.ts";
import { EMPTY_TAIL, released, withTailEvent } from "./tail-buffer.ts";

const log = (id: string) => ({ id }) as Log;
const event = (...ids: string[]) => ({ logs: ids.map(log), sampled_one_in: 1, matched: ids.length });
const ids = (logs: readonly Log[]) => logs.map((each) => each.id).join("");

describe("the live tail", () => {
  it("shows what arrives on top, newest first", () => {
    const state = withTailEvent(withTailEvent(EMPTY_TAIL, event("a", "b"), false), event("c"), false);
    expect(ids(state.shown)).toBe("cba");
    expect(state.matched).toBe(3);
  });
  it("leaves out what comes again after a reconnect", () => {
    const state = withTailEvent(withTailEvent(EMPTY_TAIL, event("a", "b"), false), event("b", "c"), false);
    expect(ids(state.shown)).toBe("cba");
  });
  it("holds back while it is being read, and lays on top when let go", () => {
    const held = withTailEvent(withTailEvent(EMPTY_TAIL, event("a"), false), event("b", "c"), true);
    expect(ids(held.shown)).toBe("a");
    expect(ids(held.waiting)).toBe("cb");
    expect(ids(released(held).shown)).toBe("cba");
    expect(ids(withTailEvent(held, event("d"), false).shown)).toBe("dcba");
  });
  it("is bounded, shown and waiting, and counts what did not fit", () => {
    const many = event(...Array.from({ length: 1500 }, (_, n) => `${n}`));
    expect(withTailEvent(EMPTY_TAIL, many, false).shown).toHaveLength(1000);
    expect(withTailEvent(EMPTY_TAIL, many, true)).toMatchObject({ dropped: 500 });
  });
  it("tells when it is a sample", () => {
    const state = withTailEvent(EMPTY_TAIL, { logs: [log("a")], sampled_one_in: 5, matched: 5 }, false);
    expect(state).toMatchObject({ sampledOneIn: 5, matched: 5 });
  });
});
