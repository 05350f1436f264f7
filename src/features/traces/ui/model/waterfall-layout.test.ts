import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTimeMs } from "./trace-time.ts";
import { axisTicks, barOf, domainOf, indentPx, niceStep } from "./waterfall-layout.ts";

describe("the time axis", () => {
  it.each([
    [0.0004, 0.0005],
    [0.3, 0.5],
    [1, 1],
    [130, 200],
    [5_100, 10_000],
    [31_000, 60_000],
    [100_000, 120_000],
    [90_000_000, 172_800_000],
    [0, 1],
    [Number.NaN, 1],
  ])("rounds a step of %d ms up to %d", (atLeast, step) => {
    expect(niceStep(atLeast)).toBeCloseTo(step, 9);
  });

  it("labels at most the ticks asked for, from zero on and inside the axis", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (length, count) => {
          const ticks = axisTicks(domainOf({ startMs: 0, endMs: length }), count);
          expect(ticks[0]).toEqual({ left: 0, offsetMs: 0 });
          expect(ticks.length).toBeLessThanOrEqual(count + 1);
          for (const tick of ticks) expect(tick.left).toBeLessThanOrEqual(100);
        },
      ),
    );
  });
});

describe("a bar", () => {
  const domain = { startMs: 100, endMs: 300 };
  it.each([
    ["inside", { startMs: 150, endMs: 200 }, { left: 25, width: 25, firstToken: null }],
    ["as long as the axis", { startMs: 100, endMs: 300 }, { left: 0, width: 100, firstToken: null }],
    ["past the axis", { startMs: 50, endMs: 900 }, { left: 0, width: 100, firstToken: null }],
    ["of no length", { startMs: 300, endMs: 300 }, { left: 100, width: 0, firstToken: null }],
  ])("%s", (_, node, bar) => {
    expect(barOf(node, domain)).toEqual(bar);
  });

  it("marks the first token within its own width", () => {
    expect(barOf({ startMs: 100, endMs: 200 }, domain, 25).firstToken).toBe(25);
    expect(barOf({ startMs: 100, endMs: 200 }, domain, 500).firstToken).toBe(100);
    expect(barOf({ startMs: 100, endMs: 100 }, domain, 5).firstToken).toBeNull();
  });

  it("of a trace without length still has an axis", () => {
    expect(barOf({ startMs: 5, endMs: 5 }, domainOf({ startMs: 5, endMs: 5 }))).toMatchObject({ left: 0 });
  });
});

it("indentation ends at a depth, so that names keep room", () => {
  expect(indentPx(3)).toBeGreaterThan(indentPx(2));
  expect(indentPx(1000)).toBe(indentPx(16));
});

describe("a time with nanoseconds", () => {
  const base = Date.UTC(2026, 10, 20, 14, 0, 0);
  it.each([
    ["2026-11-20T14:00:00.123456789Z", base + 123.456789],
    ["2026-11-20T14:00:00Z", base],
    ["2026-11-20T14:00:00.5Z", base + 500],
    ["2026-11-20T15:00:00.250+01:00", base + 250],
    ["nonsense", Number.NaN],
  ])("%s", (text, ms) => {
    const read = parseTimeMs(text);
    if (Number.isNaN(ms)) expect(read).toBeNaN();
    else expect(read).toBeCloseTo(ms, 3);
  });
});
