import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explicitBuckets, exponentialBuckets, quantileOf } from "./quantile-buckets.ts";

describe("a quantile of buckets", () => {
  it.each([
    ["spread evenly within a bucket", [1, 2], [0, 10, 0], 0.5, 1.5],
    ["in the first bucket, which begins at 0", [1, 2], [10, 0, 0], 0.5, 0.5],
    ["beyond the last bound, which is all that is known", [1, 2], [0, 0, 10], 0.99, 2],
    ["of negative bounds", [-2, -1], [0, 10, 0], 0.5, -1.5],
    ["over several buckets", [1, 2, 4], [5, 4, 1, 0], 0.95, 3],
  ])("%s", (_name, bounds, counts, q, expected) => {
    expect(quantileOf(explicitBuckets(bounds, counts), q)).toBeCloseTo(expected, 9);
  });

  it("of nothing is not known", () => {
    expect(quantileOf([], 0.5)).toBeNull();
    expect(quantileOf(explicitBuckets([1], [0, 0]), 0.5)).toBeNull();
  });

  it("of an exponential histogram lies in its bucket", () => {
    // Scale 0: bucket 3 holds (8, 16].
    const buckets = exponentialBuckets(0, [3], [10], 1);
    expect(buckets).toEqual([{ from: 8, to: 16, count: 10 }]);
    expect(quantileOf(buckets, 0.5)).toBeCloseTo(12, 9);
    expect(exponentialBuckets(0, [3], [10], -1)).toEqual([{ from: -16, to: -8, count: 10 }]);
  });

  it("grows with the share and stays within the bounds, whatever the buckets", () => {
    const bucket = fc
      .tuple(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
      )
      .map(([from, width, count]) => ({ from, to: from + width, count }));
    fc.assert(
      fc.property(fc.array(bucket, { minLength: 1, maxLength: 20 }), (buckets) => {
        const found = [0.01, 0.5, 0.9, 0.99, 1].map((q) => quantileOf(buckets, q)!);
        for (let i = 1; i < found.length; i++) expect(found[i]!).toBeGreaterThanOrEqual(found[i - 1]!);
        expect(found[0]!).toBeGreaterThanOrEqual(Math.min(...buckets.map((one) => one.from)));
        expect(found.at(-1)!).toBeLessThanOrEqual(Math.max(...buckets.map((one) => one.to)));
      }),
    );
  });
});
