import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecentOutcomes } from "./recent-outcomes.ts";

const START = Date.UTC(2026, 10, 21, 9);

describe("recent outcomes", () => {
  it("are those of the last five minutes", () => {
    const recent = new RecentOutcomes();
    recent.add("a", 10, 2, START);
    recent.add("a", 5, 1, START + 120_000);
    recent.add("b", 1, 1, START);
    expect(recent.count("a", START + 120_000)).toEqual({ outcomes: 15, failures: 3 });
    expect(recent.count("a", START + 299_999)).toEqual({ outcomes: 15, failures: 3 });
    expect(recent.count("a", START + 300_000)).toEqual({ outcomes: 5, failures: 1 });
    expect(recent.count("a", START + 3_600_000)).toEqual({ outcomes: 0, failures: 0 });
    expect(recent.count("nobody", START)).toEqual({ outcomes: 0, failures: 0 });
  });

  it("hold what came within 4.5 minutes and nothing older than five", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900_000 }), { maxLength: 40 }), (times) => {
        const recent = new RecentOutcomes();
        const sorted = [...times].sort((a, b) => a - b);
        for (const at of sorted) recent.add("a", 1, 0, START + at);
        const end = sorted.at(-1) ?? 0;
        const { outcomes } = recent.count("a", START + end);
        expect(outcomes).toBeGreaterThanOrEqual(sorted.filter((at) => end - at < 270_000).length);
        expect(outcomes).toBeLessThanOrEqual(sorted.filter((at) => end - at <= 300_000).length);
      }),
    );
  });
});
