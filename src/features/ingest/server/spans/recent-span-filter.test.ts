import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLOCK_AHEAD_MS, RecentSpanFilter } from "./recent-span-filter.ts";

const NOW = 1_795_251_600_000;
const MINUTE = 60_000;

describe("the filter of recent spans", () => {
  it.each([
    ["a span that ended after the start", false, 2 * MINUTE, "new"],
    ["a span that ended within the clocks' tolerance of the start", false, CLOCK_AHEAD_MS, "unsure"],
    ["a span that ended before the start", false, -1, "unsure"],
    ["a span of long ago", false, -1e9, "unsure"],
    ["a span of long ago, on an empty store", true, -1e9, "new"],
    ["a span that claims to end in the future", false, 1e7, "new"],
  ])("says of %s (store empty: %s)", (_name, storeIsEmpty, endsAfterMs, novelty) => {
    const filter = new RecentSpanFilter(NOW, { storeIsEmpty });
    expect(filter.observe(1, 1, NOW + endsAfterMs, NOW + 3 * MINUTE)).toBe(novelty);
    expect(filter.observe(1, 1, NOW + endsAfterMs, NOW + 3 * MINUTE)).toBe("unsure");
  });

  it("is unsure of what it was told the store held", () => {
    const filter = new RecentSpanFilter(NOW, { storeIsEmpty: false });
    filter.remember(1, 1, NOW + 60 * MINUTE, NOW);
    expect(filter.observe(1, 1, NOW + 60 * MINUTE, NOW + MINUTE)).toBe("unsure");
  });

  it("covers less time once it has forgotten its oldest spans", () => {
    const filter = new RecentSpanFilter(NOW, { storeIsEmpty: true, generationSize: 10 });
    for (let i = 0; i < 200; i++) filter.observe(i, 1, NOW + i * MINUTE, NOW + i * MINUTE);
    expect(filter.coversAllTime).toBe(false);
    expect(filter.coveredSinceMs).toBeGreaterThan(NOW + 100 * MINUTE);
    expect(filter.observe(0, 1, NOW, NOW + 200 * MINUTE)).toBe("unsure");
    expect(filter.observe(1000, 1, NOW + 199 * MINUTE, NOW + 200 * MINUTE)).toBe("new");
  });

  it("keeps doing so when the clock is set back", () => {
    const filter = new RecentSpanFilter(NOW, { storeIsEmpty: false, generationSize: 1 });
    filter.observe(1, 1, NOW + MINUTE, NOW);
    for (let i = 2; i < 20; i++) filter.observe(i, 1, NOW - 90 * MINUTE, NOW - 90 * MINUTE);
    expect(filter.observe(1, 1, NOW + MINUTE, NOW - 90 * MINUTE)).toBe("unsure");
  });

  it("never calls a span new that has arrived before, whatever clocks and senders do", () => {
    const ms = fc.integer({ min: -30 * MINUTE, max: 30 * MINUTE });
    const arrivals = fc.array(fc.record({ span: fc.nat(15), passedMs: ms }), { maxLength: 120 });
    const ends = fc.array(ms, { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(arrivals, arrivals, ends, fc.boolean(), (before, after, ends, storeIsEmpty) => {
        const stored = new Set<number>();
        const endOf = (span: number) => NOW + ends[span]!;
        let now = NOW;
        if (!storeIsEmpty) for (const { span } of before) stored.add(span);
        const filter = new RecentSpanFilter(now, {
          storeIsEmpty: stored.size === 0,
          generationSize: 2,
          maxAhead: 3,
        });
        for (const span of stored) if (endOf(span) > now) filter.remember(span, 7, endOf(span), now);
        for (const { span, passedMs } of after) {
          now += passedMs;
          if (filter.observe(span, 7, endOf(span), now) === "new") expect(stored.has(span)).toBe(false);
          stored.add(span);
        }
      }),
      { numRuns: 500 },
    );
  });
});
