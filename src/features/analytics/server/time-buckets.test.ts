import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { STEPS } from "../analytics-contract.ts";
import { timeBuckets } from "./time-buckets.ts";

const iso = (range: [string, string], step: (typeof STEPS)[number], zone = "UTC") => {
  const found = timeBuckets({ fromMs: Date.parse(range[0]), toMs: Date.parse(range[1]) }, step, zone);
  return { step: found.step, starts: found.starts.map((ms) => new Date(ms).toISOString().slice(0, 16)) };
};

describe("buckets of a range", () => {
  it("begin at whole steps, the first one before the range", () => {
    expect(iso(["2026-11-21T08:20:00Z", "2026-11-21T10:00:00Z"], "1h").starts).toEqual([
      "2026-11-21T08:00",
      "2026-11-21T09:00",
    ]);
  });

  it("of days begin at the zone's midnight, also when clocks change", () => {
    expect(iso(["2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z"], "1d", "Europe/Berlin").starts).toEqual([
      "2026-10-23T22:00",
      "2026-10-24T22:00",
      "2026-10-25T23:00",
    ]);
    expect(iso(["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"], "1d", "Asia/Kolkata").starts).toEqual([
      "2026-11-19T18:30",
      "2026-11-20T18:30",
    ]);
  });

  it("of weeks begin on Monday, of months on the first", () => {
    expect(iso(["2026-11-21T00:00:00Z", "2026-11-24T00:00:00Z"], "1w").starts).toEqual([
      "2026-11-16T00:00",
      "2026-11-23T00:00",
    ]);
    expect(iso(["2026-11-21T00:00:00Z", "2027-01-02T00:00:00Z"], "1M").starts).toEqual([
      "2026-11-01T00:00",
      "2026-12-01T00:00",
      "2027-01-01T00:00",
    ]);
  });

  it.each([
    ["2026-11-21T00:00:00Z", "2026-11-21T00:10:00Z", "10s"],
    ["2026-11-21T00:00:00Z", "2026-11-21T01:00:00Z", "1m"],
    ["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "1h"],
    ["2026-11-14T00:00:00Z", "2026-11-21T00:00:00Z", "3h"],
    ["2026-10-21T00:00:00Z", "2026-11-21T00:00:00Z", "1d"],
    ["2025-11-21T00:00:00Z", "2026-11-21T00:00:00Z", "1w"],
  ])("from %s to %s are by themselves %s wide", (from, to, step) => {
    expect(iso([from, to], "auto").step).toBe(step);
  });

  it("are refused when there are too many, or the zone is unknown", () => {
    expect(() => iso(["2026-01-01T00:00:00Z", "2026-11-21T00:00:00Z"], "10s")).toThrow("Choose a wider step");
    expect(() => iso(["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"], "1h", "Mars/Base")).toThrow(
      "not a time zone",
    );
  });

  it("ascend and cover the range, whatever the zone", () => {
    const zones = fc.constantFrom(
      "UTC",
      "Europe/Berlin",
      "Asia/Kathmandu",
      "America/Sao_Paulo",
      "Pacific/Apia",
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.integer({ min: 1, max: 40 * 86_400_000 }),
        fc.constantFrom("auto" as const, "1h" as const, "1d" as const, "1w" as const),
        zones,
        (fromMs, width, step, zone) => {
          const { starts } = timeBuckets({ fromMs, toMs: fromMs + width }, step, zone);
          expect(starts[0]).toBeLessThanOrEqual(fromMs);
          expect(starts.at(-1)).toBeLessThan(fromMs + width);
          for (let i = 1; i < starts.length; i++) {
            expect(starts[i]).toBeGreaterThan(starts[i - 1]!);
            expect(starts[i]).toBeGreaterThan(fromMs);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
