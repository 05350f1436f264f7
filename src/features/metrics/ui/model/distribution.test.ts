import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distributionOf, quantileOf } from "./distribution.ts";

describe("the distribution of a chart's points", () => {
  it("has round buckets", () => {
    const buckets = distributionOf([[0, 10, null], [46]], "number");
    expect(buckets[0]).toEqual({ from: 0, to: 2, count: 1 });
    expect(buckets.at(-1)).toEqual({ from: 46, to: 48, count: 1 });
  });
  it("is one bucket when all points are the same, and none without points", () => {
    expect(distributionOf([[5, 5]], "number").map((bucket) => bucket.count)).toEqual([2]);
    expect(distributionOf([[null]], "number")).toEqual([]);
  });
  it("counts every point once, in few buckets", () => {
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(
        numbers,
        fc.constantFrom("ms" as const, "percent" as const, "bytes" as const),
        (values, unit) => {
          const buckets = distributionOf([values], unit);
          expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(values.length);
          expect(buckets.length).toBeLessThanOrEqual(26);
        },
      ),
    );
  });
  it("knows below which value a share of the points lies", () => {
    expect(
      quantileOf(
        [
          [1, 2, null],
          [3, 4],
        ],
        0.5,
      ),
    ).toBe(2);
    expect(
      quantileOf(
        [
          [1, 2],
          [3, 4],
        ],
        0.95,
      ),
    ).toBe(4);
    expect(quantileOf([], 0.5)).toBeNaN();
  });
});
