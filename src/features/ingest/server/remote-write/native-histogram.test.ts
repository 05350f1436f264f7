import { describe, expect, it } from "vitest";
import { fieldsOfHistogram, HistogramProblem } from "./native-histogram.ts";
import type { PromHistogram } from "./write-request.ts";

const histogram = (given: Partial<PromHistogram>): PromHistogram => ({
  count: 0,
  isFloat: false,
  sum: 0,
  stale: false,
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  negativeSpans: [],
  negativeCounts: [],
  positiveSpans: [],
  positiveCounts: [],
  isGauge: false,
  timeMs: 0,
  startMs: 0,
  customValues: [],
  ...given,
});

describe("a native histogram", () => {
  it("becomes an exponential one, its indexes lower by one and its gaps filled", () => {
    const fields = fieldsOfHistogram(
      histogram({
        count: 13,
        sum: 40,
        schema: 3,
        zeroCount: 2,
        zeroThreshold: 0.001,
        positiveSpans: [
          { offset: 1, length: 2 },
          { offset: 2, length: 1 },
        ],
        positiveCounts: [3, 4, 1],
        negativeSpans: [{ offset: -2, length: 1 }],
        negativeCounts: [3],
      }),
    );
    expect(fields).toEqual({
      kind: "exponential_histogram",
      count: 13,
      sum: 40,
      scale: 3,
      zeroCount: 2,
      zeroThreshold: 0.001,
      positiveOffset: 0,
      positiveCounts: [3, 4, 0, 0, 1],
      negativeOffset: -3,
      negativeCounts: [3],
    });
  });

  it("with buckets far apart is merged until it is small, and loses no count", () => {
    const fields = fieldsOfHistogram(
      histogram({
        count: 7,
        schema: 8,
        positiveSpans: [
          { offset: -100_000, length: 1 },
          { offset: 200_000, length: 1 },
        ],
        positiveCounts: [3, 4],
      }),
    );
    if (typeof fields === "string") throw new Error(fields);
    expect(fields.scale).toBe(1);
    expect(fields.positiveCounts!.length).toBeLessThanOrEqual(2048);
    expect(fields.positiveCounts!.reduce((sum, one) => sum + one, 0)).toBe(7);
    // The last bucket's upper bound, as power of two: at schema 8 it was 100,001 / 256, now the next half.
    expect((fields.positiveOffset! + fields.positiveCounts!.length) / 2).toBe(Math.ceil(100_001 / 128) / 2);
  });

  it("with custom bounds becomes a histogram with those", () => {
    const fields = fieldsOfHistogram(
      histogram({
        count: 5,
        sum: 12,
        schema: -53,
        customValues: [1, 2, 5],
        positiveSpans: [
          { offset: 1, length: 1 },
          { offset: 1, length: 1 },
        ],
        positiveCounts: [2, 3],
      }),
    );
    expect(fields).toEqual({
      kind: "histogram",
      count: 5,
      sum: 12,
      bounds: [1, 2, 5],
      bucketCounts: [0, 2, 0, 3],
    });
  });

  it("of floats has its counts rounded", () => {
    const fields = fieldsOfHistogram(
      histogram({
        isFloat: true,
        count: 4.4,
        positiveSpans: [{ offset: 0, length: 2 }],
        positiveCounts: [1.6, 2.8],
      }),
    );
    expect(fields).toMatchObject({ count: 4, positiveCounts: [2, 3] });
  });

  it("may count observations that are no numbers, which lie in no bucket", () => {
    expect(fieldsOfHistogram(histogram({ count: 3, sum: Number.NaN }))).toMatchObject({ count: 3 });
  });

  it("that has ended has no counts", () => {
    expect(fieldsOfHistogram(histogram({ stale: true, count: 9 }))).toEqual({
      kind: "exponential_histogram",
    });
  });

  it.each([
    ["an unknown schema", { schema: 9 }, HistogramProblem.schema],
    ["fewer counts than buckets", { positiveSpans: [{ offset: 0, length: 1 }] }, HistogramProblem.spans],
    ["more counts than buckets", { positiveCounts: [1], count: 1 }, HistogramProblem.spans],
    [
      "spans that run backwards",
      {
        positiveSpans: [
          { offset: 0, length: 1 },
          { offset: -1, length: 1 },
        ],
        positiveCounts: [1, 1],
        count: 2,
      },
      HistogramProblem.spans,
    ],
    [
      "an index beyond 32 bits",
      { positiveSpans: [{ offset: 2 ** 31, length: 1 }], positiveCounts: [1], count: 1 },
      HistogramProblem.spans,
    ],
    ["a count that is not the sum", { count: 3, zeroCount: 2 }, HistogramProblem.count],
    [
      "a negative count",
      { positiveSpans: [{ offset: 0, length: 1 }], positiveCounts: [-1] },
      HistogramProblem.negative,
    ],
    ["bounds that do not increase", { schema: -53, customValues: [1, 1] }, HistogramProblem.custom],
    [
      "more buckets than bounds",
      {
        schema: -53,
        customValues: [1],
        positiveSpans: [{ offset: 2, length: 1 }],
        positiveCounts: [1],
        count: 1,
      },
      HistogramProblem.custom,
    ],
  ])("is refused for %s", (_name, given, problem) => {
    expect(fieldsOfHistogram(histogram(given))).toBe(problem);
  });
});
