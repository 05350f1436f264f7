import { describe, expect, it } from "vitest";
import { LiveBuffer, MAX_BATCH_TRACES } from "./live-buffer.ts";

const event = (spans: number, ...trace_ids: string[]) => ({
  at: "2026-11-20T10:00:00Z",
  spans,
  trace_ids,
  more: false,
});

describe("LiveBuffer", () => {
  it("hands the first announcement out at once and merges those that follow too soon", () => {
    const buffer = new LiveBuffer(250);
    buffer.push(event(2, "a"));
    expect(buffer.take(1000)).toEqual({ spans: 2, traceIds: ["a"], more: false });
    buffer.push(event(1, "b"));
    buffer.push(event(3, "b", "c"));
    expect(buffer.take(1100)).toBeNull();
    expect(buffer.waitMs(1100)).toBe(150);
    expect(buffer.take(1250)).toEqual({ spans: 4, traceIds: ["b", "c"], more: false });
  });

  it("only counts while paused, and delivers everything in one batch afterwards", () => {
    const buffer = new LiveBuffer(250);
    buffer.paused = true;
    buffer.push(event(5, "a"));
    buffer.push(event(5, "b"));
    expect(buffer.take(5000)).toBeNull();
    expect(buffer.buffered).toBe(10);
    buffer.paused = false;
    expect(buffer.take(5001)).toEqual({ spans: 10, traceIds: ["a", "b"], more: false });
    expect(buffer.buffered).toBe(0);
  });

  it("names a bounded number of traces and says that there are more", () => {
    const buffer = new LiveBuffer();
    for (let i = 0; i < 300; i += 1) buffer.push(event(1, `t${i}`));
    const batch = buffer.take(0)!;
    expect(batch.traceIds).toHaveLength(MAX_BATCH_TRACES);
    expect(batch.more).toBe(true);
    expect(batch.spans).toBe(300);
  });

  it("reports a gap even when no span was announced", () => {
    const buffer = new LiveBuffer();
    expect(buffer.idle).toBe(true);
    buffer.markGap();
    expect(buffer.take(0)).toEqual({ spans: 0, traceIds: [], more: true });
    expect(buffer.take(1000)).toBeNull();
  });
});
