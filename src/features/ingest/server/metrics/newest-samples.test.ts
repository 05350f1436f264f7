import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLOCK_AHEAD_MS, NewestSamples } from "./newest-samples.ts";

const START_MS = Date.UTC(2026, 10, 21, 9);
const ns = (ms: number) => ms * 1e6;
/** After this a sample cannot have been stored before the memory began. */
const LINE_MS = START_MS + CLOCK_AHEAD_MS;

describe("the memory of newest samples", () => {
  it.each([
    ["taken after it began, less what clocks may differ", LINE_MS + 1, true],
    ["taken right when it began, which may be stored already", START_MS, false],
    ["of yesterday", START_MS - 86_400_000, false],
  ])("a first sample %s: new is %s", (_name, timeMs, isNew) => {
    expect(new NewestSamples(START_MS).observe("a", ns(timeMs), LINE_MS)).toBe(isNew);
  });

  it("knows a sample that comes again, and one that comes late", () => {
    const memory = new NewestSamples(START_MS);
    expect(memory.observe("a", ns(LINE_MS + 10), LINE_MS)).toBe(true);
    expect(memory.observe("a", ns(LINE_MS + 10), LINE_MS)).toBe(false);
    expect(memory.observe("a", ns(LINE_MS + 5), LINE_MS)).toBe(false);
    expect(memory.observe("b", ns(LINE_MS + 5), LINE_MS)).toBe(true);
    expect(memory.observe("a", ns(LINE_MS + 11), LINE_MS)).toBe(true);
  });

  it("vouches for nothing twice, however many series it had to forget", () => {
    const sample = fc.record({
      series: fc.integer({ min: 0, max: 5 }),
      afterMs: fc.integer({ min: 0, max: 200_000 }),
    });
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        (samples, maxSeries) => {
          const memory = new NewestSamples(START_MS, { maxSeries });
          const vouched = new Set<string>();
          samples.forEach(({ series, afterMs }, i) => {
            const key = `${series}:${afterMs}`;
            if (!memory.observe(String(series), ns(START_MS + afterMs), START_MS + i * 1000)) return;
            expect(vouched.has(key)).toBe(false);
            vouched.add(key);
          });
        },
      ),
    );
  });
});
