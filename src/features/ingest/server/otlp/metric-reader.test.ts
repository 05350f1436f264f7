import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MetricPoint } from "../metrics/metric-point.ts";
import { readJsonMetrics, readProtobufMetrics } from "./metric-reader.ts";
import { rejectionMessage } from "./read-outcome.ts";
import { encodeMessage } from "./testing/otlp-proto.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 9);
const NOW_NS = BigInt(NOW_MS) * 1_000_000n;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

type Json = Record<string, unknown>;

/** The same export in both encodings: ids are hex in JSON and bytes in protobuf, the rest is alike. */
function inBoth(metrics: Json[], resource: Json = {}) {
  const request = { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: "lib" }, metrics }] }] };
  const bytes = JSON.parse(JSON.stringify(request), (key, value) =>
    key === "traceId" || key === "spanId" ? Buffer.from(value, "hex").toString("base64") : value,
  );
  return {
    json: Buffer.from(JSON.stringify(request)),
    protobuf: encodeMessage("ExportMetricsServiceRequest", bytes),
  };
}

function readBoth(metrics: Json[], resource?: Json) {
  const { json, protobuf } = inBoth(metrics, resource);
  const read = (reader: typeof readJsonMetrics, body: Buffer) => {
    const points: MetricPoint[] = [];
    const outcome = reader(body, NOW_MS, (point) => points.push(point));
    return { points, accepted: outcome.accepted, message: rejectionMessage(outcome, "data point") };
  };
  const fromJson = read(readJsonMetrics, json);
  const fromProtobuf = read(readProtobufMetrics, protobuf);
  expect(fromProtobuf).toEqual(fromJson);
  return fromProtobuf;
}

const at = (ns: bigint = NOW_NS) => ({ timeUnixNano: String(ns) });
const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
const gauge = (...dataPoints: Json[]) => ({ name: "queue.length", unit: "{request}", gauge: { dataPoints } });

describe("a metrics export", () => {
  it("hands on a gauge's points with what says where they are from", () => {
    const { points } = readBoth(
      [
        {
          ...gauge({ ...at(), asInt: "-3", attributes: [attribute("queue", "support")] }),
          description: "Waiting",
        },
      ],
      { attributes: [attribute("service.name", "agent")] },
    );
    expect(points).toMatchObject([
      {
        name: "queue.length",
        kind: "gauge",
        unit: "{request}",
        description: "Waiting",
        temporality: "unspecified",
        monotonic: false,
        attributes: [["queue", "support"]],
        resource: [["service.name", "agent"]],
        scopeName: "lib",
        timeNs: NOW_NS,
        startTimeNs: 0n,
        value: -3,
      },
    ]);
  });

  it.each([
    [1, "delta"],
    [2, "cumulative"],
    [0, "unspecified"],
    [7, "unspecified"],
  ] as const)("knows aggregation temporality %i as %s", (number, temporality) => {
    const sum = {
      dataPoints: [{ ...at(), asDouble: 1.5 }],
      aggregationTemporality: number,
      isMonotonic: true,
    };
    expect(readBoth([{ name: "calls", sum }]).points).toMatchObject([
      { temporality, monotonic: true, value: 1.5 },
    ]);
  });

  it("reads names of enums in JSON", () => {
    const sum = {
      dataPoints: [{ ...at(), asInt: 1 }],
      aggregationTemporality: "AGGREGATION_TEMPORALITY_DELTA",
    };
    const points: MetricPoint[] = [];
    readJsonMetrics(inBoth([{ name: "calls", sum }]).json, NOW_MS, (point) => points.push(point));
    expect(points).toMatchObject([{ temporality: "delta" }]);
  });

  it("reads histograms with buckets, extremes and exemplars", () => {
    const exemplar = {
      ...at(NOW_NS - 5n),
      asDouble: 0.7,
      traceId: TRACE,
      spanId: SPAN,
      filteredAttributes: [attribute("user", "17")],
    };
    const histogram = {
      dataPoints: [
        {
          ...at(),
          startTimeUnixNano: String(NOW_NS - 60_000_000_000n),
          count: "3",
          sum: 2.5,
          min: 0.1,
          max: 1.7,
          bucketCounts: ["1", "2", "0"],
          explicitBounds: [0.5, 2],
          exemplars: [exemplar],
        },
      ],
      aggregationTemporality: 2,
    };
    expect(readBoth([{ name: "duration", unit: "s", histogram }]).points).toMatchObject([
      {
        kind: "histogram",
        startTimeNs: NOW_NS - 60_000_000_000n,
        count: 3,
        sum: 2.5,
        min: 0.1,
        max: 1.7,
        bucketCounts: [1, 2, 0],
        bounds: [0.5, 2],
        exemplars: [
          { timeNs: NOW_NS - 5n, value: 0.7, traceId: TRACE, spanId: SPAN, attributes: [["user", "17"]] },
        ],
      },
    ]);
  });

  it("reads exponential histograms and summaries", () => {
    const exponentialHistogram = {
      dataPoints: [
        {
          ...at(),
          count: "10",
          sum: 99.5,
          scale: -2,
          zeroCount: "1",
          zeroThreshold: 0.001,
          positive: { offset: -3, bucketCounts: ["4", "0", "300"] },
          negative: { offset: 5, bucketCounts: ["1"] },
        },
      ],
      aggregationTemporality: 1,
    };
    const summary = {
      dataPoints: [
        {
          ...at(),
          count: "2",
          sum: 3,
          quantileValues: [
            { quantile: 0.5, value: 1 },
            { quantile: 1, value: 2 },
          ],
        },
      ],
    };
    expect(
      readBoth([
        { name: "e", exponentialHistogram },
        { name: "s", summary },
      ]).points,
    ).toMatchObject([
      {
        kind: "exponential_histogram",
        scale: -2,
        zeroCount: 1,
        zeroThreshold: 0.001,
        positiveOffset: -3,
        positiveCounts: [4, 0, 300],
        negativeOffset: 5,
        negativeCounts: [1],
      },
      {
        kind: "summary",
        count: 2,
        sum: 3,
        quantiles: [
          [0.5, 1],
          [1, 2],
        ],
      },
    ]);
  });

  it("takes a point that says there is no value", () => {
    expect(readBoth([gauge({ ...at(), flags: 1 })]).points).toMatchObject([{ flags: 1, value: 0 }]);
  });

  it.each([
    ["without a time", gauge({ asInt: 1 }), "the data point has no time"],
    ["without a value", gauge(at()), "the data point has no value"],
    ["of the last century", gauge({ ...at(1_000_000_000n), asInt: 1 }), "before the year 2000"],
    ["of next week", gauge({ ...at(NOW_NS + 7n * 86_400_000_000_000n), asInt: 1 }), "in the future"],
    [
      "of a metric without a name",
      { gauge: { dataPoints: [{ ...at(), asInt: 1 }] } },
      "the metric has no name",
    ],
    [
      "whose buckets do not fit its bounds",
      {
        name: "h",
        histogram: { dataPoints: [{ ...at(), count: 1, bucketCounts: [1], explicitBounds: [1, 2] }] },
      },
      "buckets and bounds",
    ],
    [
      "whose bounds do not grow",
      {
        name: "h",
        histogram: { dataPoints: [{ ...at(), count: 1, bucketCounts: [1, 0, 0], explicitBounds: [2, 1] }] },
      },
      "buckets and bounds",
    ],
  ])("refuses a point %s and keeps its neighbours", (_name, metric, reason) => {
    const { points, message } = readBoth([metric as Json, gauge({ ...at(), asInt: 7 })]);
    expect(points).toMatchObject([{ value: 7 }]);
    expect(message).toMatch(/^Rejected 1 of 2 data points: 1 × /);
    expect(message).toContain(reason);
  });

  it("refuses more buckets than are taken", () => {
    const many = Array.from({ length: 10_001 }, () => 1);
    const exponentialHistogram = { dataPoints: [{ ...at(), count: 1, positive: { bucketCounts: many } }] };
    expect(readBoth([{ name: "e", exponentialHistogram }]).message).toContain("more buckets than are taken");
  });

  it("tells where spans and logs belong that were sent here", () => {
    const span = {
      traceId: TRACE,
      spanId: SPAN,
      name: "x",
      startTimeUnixNano: String(NOW_NS),
      endTimeUnixNano: String(NOW_NS),
    };
    const log = { ...at(), body: { stringValue: "x" } };
    const bytes = { ...span, traceId: Buffer.from(TRACE, "hex"), spanId: Buffer.from(SPAN, "hex") };
    const bodies: [typeof readJsonMetrics, Buffer, string][] = [
      [
        readProtobufMetrics,
        encodeMessage("ExportTraceServiceRequest", { resourceSpans: [{ scopeSpans: [{ spans: [bytes] }] }] }),
        "/v1/traces",
      ],
      [
        readProtobufMetrics,
        encodeMessage("ExportLogsServiceRequest", { resourceLogs: [{ scopeLogs: [{ logRecords: [log] }] }] }),
        "/v1/logs",
      ],
      [
        readJsonMetrics,
        Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })),
        "/v1/traces",
      ],
      [
        readJsonMetrics,
        Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [log] }] }] })),
        "/v1/logs",
      ],
    ];
    for (const [read, body, path] of bodies) {
      const outcome = read(body, NOW_MS, () => expect.unreachable());
      expect(rejectionMessage(outcome, "data point")).toContain(path);
    }
  });

  it.each([
    [readProtobufMetrics, Buffer.from("{}"), "it looks like JSON"],
    [readJsonMetrics, Buffer.from([0x0a, 0x05]), "it looks like protobuf"],
    [readProtobufMetrics, Buffer.from([0x0a, 0x05]), "cut off"],
  ])("that is no metrics export at all is malformed", (read, body, hint) => {
    expect(() => read(body, NOW_MS, () => {})).toThrow(
      expect.objectContaining({
        code: "malformed_otlp",
        status: 400,
        message: expect.stringContaining(hint),
      }),
    );
    expect(() => read(body, NOW_MS, () => {})).toThrow("ExportMetricsServiceRequest");
  });
});

const uint64 = fc.bigInt(0n, 2n ** 53n - 1n).map(String);
const time = fc.bigInt(NOW_NS - 10n ** 17n, NOW_NS).map(String);
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => (Object.is(value, -0) ? 0 : value));
const attributes = fc.array(
  fc.tuple(fc.string({ minLength: 1 }), fc.string()).map(([key, value]) => attribute(key, value)),
  { maxLength: 4 },
);
const number = fc.record({ timeUnixNano: time, asDouble: double, attributes });
const histogram = fc.uniqueArray(double, { minLength: 1, maxLength: 6 }).chain((bounds) =>
  fc.record({
    timeUnixNano: time,
    count: uint64,
    sum: double,
    explicitBounds: fc.constant([...bounds].sort((a, b) => a - b)),
    bucketCounts: fc.array(uint64, { minLength: bounds.length + 1, maxLength: bounds.length + 1 }),
    attributes,
  }),
);
const buckets = fc.record({
  offset: fc.integer({ min: -1000, max: 1000 }),
  bucketCounts: fc.array(uint64, { maxLength: 8 }),
});
const exponential = fc.record({
  timeUnixNano: time,
  count: uint64,
  scale: fc.integer({ min: -10, max: 20 }),
  zeroCount: uint64,
  positive: buckets,
  negative: buckets,
  attributes,
});
const metric = fc.oneof(
  fc.array(number).map((dataPoints) => ({ name: "g", gauge: { dataPoints } })),
  fc
    .array(histogram)
    .map((dataPoints) => ({ name: "h", histogram: { dataPoints, aggregationTemporality: 1 } })),
  fc.array(exponential).map((dataPoints) => ({ name: "e", exponentialHistogram: { dataPoints } })),
);

describe("whatever metrics are sent", () => {
  it("both encodings mean the same, and as much as protobufjs put in", () => {
    fc.assert(
      fc.property(fc.array(metric, { maxLength: 4 }), (metrics) => {
        const { points, accepted } = readBoth(metrics);
        const sent = metrics.flatMap((one) =>
          Object.values(one).flatMap((data) => (typeof data === "object" ? (data.dataPoints as Json[]) : [])),
        );
        expect(accepted).toBe(sent.length);
        sent.forEach((point, i) => {
          expect(String(points[i]!.timeNs)).toBe(point.timeUnixNano);
          if ("asDouble" in point) expect(points[i]!.value).toBe(point.asDouble);
          if ("bucketCounts" in point)
            expect(points[i]!.bucketCounts?.map(String)).toEqual(point.bucketCounts);
          if ("positive" in point) {
            const { offset, bucketCounts } = point.positive as { offset: number; bucketCounts: string[] };
            expect(points[i]!.positiveOffset).toBe(offset);
            expect(points[i]!.positiveCounts?.map(String)).toEqual(bucketCounts);
          }
        });
      }),
    );
  });

  it("damaged bytes are counted or refused and never hang or crash", () => {
    const body = inBoth([gauge({ ...at(), asInt: 1 }, { ...at(), asInt: 2 })]).protobuf;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(body.length),
        (flips, cut) => {
          const damaged = Buffer.from(body.subarray(0, cut));
          for (const [position, byte] of flips) if (position < damaged.length) damaged[position] = byte;
          try {
            const outcome = readProtobufMetrics(damaged, NOW_MS, () => {});
            expect(outcome.accepted + outcome.rejected).toBeLessThan(100);
          } catch (error) {
            expect(error).toMatchObject({ code: "malformed_otlp" });
          }
        },
      ),
    );
  });
});
