import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { readWriteRequestV1 } from "./reader-v1.ts";
import { readWriteRequestV2 } from "./reader-v2.ts";
import { encodeMessage, encodeV1, encodeV2, STALE_NAN, type TestSeries } from "./testing/prom-proto.ts";
import type { PromSeries } from "./write-request.ts";

const VERSIONS = [
  { version: 1, encode: encodeV1 as (series: TestSeries[]) => Buffer, read: readWriteRequestV1 },
  { version: 2, encode: encodeV2 as (series: TestSeries[]) => Buffer, read: readWriteRequestV2 },
] as const;

function all(read: typeof readWriteRequestV1, body: Buffer): PromSeries[] {
  return [...read(body)];
}

const time = fc.integer({ min: -1e12, max: 4e12 });
const labels = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.string({ maxLength: 8 }), {
  maxKeys: 5,
  noNullPrototype: true,
});
const exemplar = fc.record({ labels, value: fc.double(), timestamp: time });
const sample = fc.record({ value: fc.double(), timestamp: time });
const series: fc.Arbitrary<TestSeries> = fc.record({
  labels,
  samples: fc.array(sample, { maxLength: 3 }),
  exemplars: fc.array(exemplar, { maxLength: 2 }),
});

describe.each(VERSIONS)("reading remote write $version", ({ encode, read }) => {
  it("finds what another implementation encoded", () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 5 }), (sent) => {
        const found = all(read, encode(sent));
        expect(
          found.map((one) => ({
            labels: Object.fromEntries(one.labels),
            samples: one.samples.map(({ value, timeMs }) => ({ value, timestamp: timeMs })),
            exemplars: one.exemplars.map((own) => ({
              labels: Object.fromEntries(own.labels),
              value: own.value,
              timestamp: own.timeMs,
            })),
          })),
        ).toEqual(sent);
      }),
    );
  });

  it("finds an integer histogram, its counts as absolute numbers", () => {
    const histogram = {
      countInt: 14,
      sum: 18.4,
      schema: -3,
      zeroThreshold: 1e-128,
      zeroCountInt: 2,
      negativeSpans: [{ offset: -4, length: 1 }],
      negativeDeltas: [1],
      positiveSpans: [
        { offset: 0, length: 2 },
        { offset: 3, length: 2 },
      ],
      positiveDeltas: [1, 1, -1, 6],
      resetHint: 3,
      timestamp: 1700000000123,
    };
    const [found] = all(read, encode([{ labels: { __name__: "h" }, histograms: [histogram] }]));
    expect(found!.histograms).toEqual([
      {
        count: 14,
        isFloat: false,
        sum: 18.4,
        stale: false,
        schema: -3,
        zeroThreshold: 1e-128,
        zeroCount: 2,
        negativeSpans: [{ offset: -4, length: 1 }],
        negativeCounts: [1],
        positiveSpans: [
          { offset: 0, length: 2 },
          { offset: 3, length: 2 },
        ],
        positiveCounts: [1, 2, 1, 7],
        isGauge: true,
        timeMs: 1700000000123,
        startMs: 0,
        customValues: [],
      },
    ]);
  });

  it("finds a float histogram with custom bounds", () => {
    const histogram = {
      countFloat: 4.5,
      sum: STALE_NAN,
      schema: -53,
      positiveSpans: [{ offset: 1, length: 2 }],
      positiveCounts: [1.5, 3],
      customValues: [0.1, 1, 10],
      timestamp: 5,
      startTimestamp: 3,
    };
    const [found] = all(read, encode([{ labels: { __name__: "h" }, histograms: [histogram] }]));
    expect(found!.histograms[0]).toMatchObject({
      count: 4.5,
      isFloat: true,
      stale: true,
      schema: -53,
      positiveCounts: [1.5, 3],
      customValues: [0.1, 1, 10],
      startMs: 3,
    });
  });

  it("knows the staleness marker from other NaNs", () => {
    const [found] = all(
      read,
      encode([
        {
          labels: { __name__: "up" },
          samples: [
            { value: STALE_NAN, timestamp: 1 },
            { value: Number.NaN, timestamp: 2 },
            { value: 0, timestamp: 3 },
          ],
        },
      ]),
    );
    expect(found!.samples.map(({ stale }) => stale)).toEqual([true, false, false]);
  });

  it.each([
    ["a missing name", { job: "a" }, /__name__/],
    ["an empty name", { __name__: "" }, /__name__/],
    ["a label without a name", { __name__: "up", "": "x" }, /empty name/],
    ["too much text", { __name__: "up", long: "x".repeat(70_000) }, /longer than/],
  ])("says what is wrong with labels: %s", (_name, wrong, problem) => {
    const found = all(read, encode([{ labels: { __name__: "good" } }, { labels: wrong as never }]));
    expect(found.map((one) => one.problem)).toEqual(["", expect.stringMatching(problem)]);
  });

  it("ends any bytes with a refusal or a result", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        try {
          all(read, Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(FlightdeckError);
          expect((error as FlightdeckError).status).toBe(400);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses a message that is cut off anywhere but between its fields", () => {
    const whole = encode([{ labels: { __name__: "up", job: "a" }, samples: [{ value: 1, timestamp: 2 }] }]);
    const readable = Array.from({ length: whole.length }, (_, size) => {
      try {
        all(read, whole.subarray(0, size));
        return size;
      } catch {
        return -1;
      }
    }).filter((size) => size >= 0);
    expect(readable.length).toBeLessThanOrEqual(6);
  });
});

describe("labels of version 1", () => {
  it("may not stand twice", () => {
    const twice = encodeMessage("WriteRequest", {
      timeseries: [
        {
          labels: [
            { name: "__name__", value: "up" },
            { name: "a", value: "1" },
            { name: "a", value: "2" },
          ],
        },
      ],
    });
    expect(all(readWriteRequestV1, twice)[0]!.problem).toMatch(/same name/);
  });

  it("must be UTF-8", () => {
    const body = encodeV1([{ labels: { __name__: "up", job: "????" } }]);
    body.fill(0xff, body.indexOf("????"), body.indexOf("????") + 4);
    expect(all(readWriteRequestV1, body)[0]!.problem).toMatch(/UTF-8/);
  });
});

describe("symbols of version 2", () => {
  const request = (symbols: string[], labelsRefs: number[]) =>
    encodeMessage("Request", { symbols, timeseries: [{ labelsRefs }] });

  it.each([
    ["a reference that is not there", [1, 9], /not in the request/],
    ["half a pair", [1], /not pairs/],
    ["the same name twice", [1, 2, 1, 2], /same name/],
  ])("refuse %s for the series alone", (_name, refs, problem) => {
    const [found] = all(readWriteRequestV2, request(["", "__name__", "up"], refs));
    expect(found!.problem).toMatch(problem);
  });

  it("must start with the empty text", () => {
    expect(() => all(readWriteRequestV2, request(["__name__", "up"], [0, 1]))).toThrow(/empty text/);
  });

  it("carry metadata and the created time", () => {
    const [found] = all(
      readWriteRequestV2,
      encodeV2([
        {
          labels: { __name__: "requests" },
          metadata: { type: 1, help: "Requests served.", unit: "requests" },
          createdTimestamp: 1700000000000,
          samples: [{ value: 1, timestamp: 1700000001000, startTimestamp: 1700000000500 }],
        },
      ]),
    );
    expect(found).toMatchObject({
      type: "counter",
      help: "Requests served.",
      unit: "requests",
      createdMs: 1700000000000,
      samples: [{ startMs: 1700000000500 }],
    });
  });
});
