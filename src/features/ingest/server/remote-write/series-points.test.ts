import { describe, expect, it } from "vitest";
import type { MetricPoint } from "../metrics/metric-point.ts";
import { makePoints, SampleProblem, shapeOf } from "./series-points.ts";
import type { PromExemplar, PromSeries, PromType } from "./write-request.ts";

const NOW_MS = Date.parse("2026-11-21T12:00:00Z");
const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

const series = (given: Partial<PromSeries>): PromSeries => ({
  labels: [["__name__", "m"]],
  problem: "",
  samples: [],
  histograms: [],
  exemplars: [],
  type: "unknown",
  help: "",
  unit: "",
  createdMs: 0,
  ...given,
});
const sample = (timeMs: number, startMs = 0) => ({ value: 1, stale: false, timeMs, startMs });
const exemplar = (timeMs: number, labels: PromExemplar["labels"] = []) => ({ labels, value: 2, timeMs });

function pointsOf(given: Partial<PromSeries>, others: PromExemplar[] = []) {
  const points: MetricPoint[] = [];
  const refused: string[] = [];
  makePoints(series(given), others, NOW_MS, {
    point: (point) => points.push(point),
    refuse: (reason) => refused.push(reason),
  });
  return { points, refused };
}

describe("what a sample is", () => {
  it.each([
    ["requests", "counter", "sum"],
    ["requests_total", "gauge", "gauge"],
    ["seconds_bucket", "histogram", "sum"],
    ["seconds", "histogram", "gauge"],
    ["seconds_count", "summary", "sum"],
    ["seconds", "summary", "gauge"],
    ["build", "info", "gauge"],
    ["state", "stateset", "gauge"],
    ["requests_total", "unknown", "sum"],
    ["seconds_sum", "unknown", "sum"],
    ["temperature", "unknown", "gauge"],
  ] as [string, PromType, string][])("%s of type %s is a %s", (name, type, kind) => {
    const shape = shapeOf(name, type);
    expect(shape.kind).toBe(kind);
    expect([shape.monotonic, shape.temporality]).toEqual(
      kind === "sum" ? [true, "cumulative"] : [false, "unspecified"],
    );
  });
});

describe("the points of a series", () => {
  it("have sorted labels without the name and without empty ones", () => {
    const labels: PromSeries["labels"] = [
      ["z", "1"],
      ["__name__", "m"],
      ["none", ""],
      ["a", "2"],
    ];
    const [point] = pointsOf({ labels, samples: [sample(NOW_MS)] }).points;
    expect([point!.name, point!.attributes]).toEqual([
      "m",
      [
        ["a", "2"],
        ["z", "1"],
      ],
    ]);
  });

  it.each([
    [sample(NOW_MS, NOW_MS - 5), 0, NOW_MS - 5],
    [sample(NOW_MS), NOW_MS - 9, NOW_MS - 9],
    [sample(NOW_MS, NOW_MS + 1), 0, 0],
    [sample(NOW_MS), 0, 0],
  ])("started when they say, unless that is later than themselves: %o, %i", (at, createdMs, startMs) => {
    const [point] = pointsOf({ samples: [at], createdMs }).points;
    expect(point!.startTimeNs).toBe(BigInt(startMs) * 1_000_000n);
  });

  it("leave out times that cannot be", () => {
    const samples = [sample(5), sample(NOW_MS), sample(NOW_MS + 25 * 3_600_000)];
    const { points, refused } = pointsOf({ samples });
    expect(points).toHaveLength(1);
    expect(refused).toEqual([SampleProblem.tooEarly, SampleProblem.tooLate]);
  });
});

describe("an exemplar", () => {
  const exemplarsOf = (given: Partial<PromSeries>, others: PromExemplar[] = []) =>
    pointsOf(given, others).points.map(({ exemplars = [] }) => exemplars);

  it("goes to the first sample that is not older, else to the last", () => {
    const samples = [sample(NOW_MS - 20), sample(NOW_MS - 10)];
    const found = exemplarsOf({ samples, exemplars: [exemplar(NOW_MS - 15)] }, [
      exemplar(NOW_MS - 20),
      exemplar(NOW_MS),
    ]);
    expect(found.map((some) => some.map(({ timeNs }) => Number(timeNs / 1_000_000n) - NOW_MS))).toEqual([
      [-20],
      [-15, 0],
    ]);
  });

  it("without a time has its sample's; with one that cannot be it is left out", () => {
    const samples = [sample(NOW_MS)];
    const [found] = exemplarsOf({ samples, exemplars: [exemplar(0), exemplar(5), exemplar(2 ** 60)] });
    expect(found!.map(({ timeNs }) => timeNs)).toEqual([BigInt(NOW_MS) * 1_000_000n]);
  });

  it("has its ids where they can be followed, and everything else as labels", () => {
    const exemplars = [
      exemplar(NOW_MS, [
        ["trace_id", TRACE_ID.toUpperCase()],
        ["span_id", "00f067aa0ba902b7"],
        ["user", "u1"],
      ]),
      exemplar(NOW_MS, [["trace_id", "no-trace-of-ours"]]),
    ];
    const [found] = exemplarsOf({ samples: [sample(NOW_MS)], exemplars });
    expect(found).toMatchObject([
      { traceId: TRACE_ID, spanId: "00f067aa0ba902b7", attributes: [["user", "u1"]] },
      { traceId: "", spanId: "", attributes: [["trace_id", "no-trace-of-ours"]] },
    ]);
  });
});
