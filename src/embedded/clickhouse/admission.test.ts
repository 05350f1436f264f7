import { describe, expect, it } from "vitest";
import { Admission } from "./admission.ts";

const never = new AbortController().signal;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("admission of queries", () => {
  it("lets quick queries pass slow ones", async () => {
    const admission = new Admission({ total: 3, quick: 1, slowAfterMs: 20, queue: 10 });
    await admission.enter(never);
    await pause(40);
    const leave = await admission.enter(never);
    expect(admission.counts).toEqual({ running: 2, young: 1, waiting: 0 });
    leave?.();
    expect(admission.counts).toEqual({ running: 1, young: 0, waiting: 0 });
  });

  it("makes a query wait for a place, and admits it when one is free", async () => {
    const admission = new Admission({ total: 1, quick: 1, slowAfterMs: 60_000, queue: 10 });
    const leave = await admission.enter(never);
    let admitted = false;
    const second = admission.enter(never).then((leaveSecond) => {
      admitted = true;
      return leaveSecond;
    });
    await pause(5);
    expect(admitted).toBe(false);
    leave?.();
    leave?.();
    (await second)?.();
    expect(admission.counts).toEqual({ running: 0, young: 0, waiting: 0 });
  });

  it("refuses a query when the queue is full", async () => {
    const admission = new Admission({ total: 1, quick: 1, slowAfterMs: 60_000, queue: 0 });
    await admission.enter(never);
    expect(await admission.enter(never)).toBeUndefined();
  });

  it("forgets a query whose client left while it waited", async () => {
    const admission = new Admission({ total: 1, quick: 1, slowAfterMs: 60_000, queue: 10 });
    await admission.enter(never);
    const gone = new AbortController();
    const waiting = admission.enter(gone.signal);
    gone.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    expect(admission.counts.waiting).toBe(0);
  });
});
