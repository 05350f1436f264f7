import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestApp, type TestApp } from "#test/support/app.ts";
import { metricsExport, otlpAttributes, sendExport } from "#test/support/signals.ts";
import { createTenant } from "#test/support/tenant.ts";
import type {
  MetricExemplar,
  MetricLabel,
  MetricName,
  MetricQueryResult,
  MetricSeries,
} from "../metrics-contract.ts";
import { stepsOf, unitOf, usualAggregation } from "./metric-plan.ts";

type Json = Record<string, unknown>;

const MINUTE = 60_000;
/** A whole minute half an hour ago: charts begin here, with a step of a minute. */
const START_MS = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE;
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.close());

const ns = (ms: number) => `${Math.round(ms)}000000`;
const at = (minutes: number) => ns(START_MS + minutes * MINUTE);
const send = (metrics: Json[], resource?: Record<string, string>) =>
  sendExport(test.app, test.keyHeaders, "metrics", metricsExport(metrics, resource));
const get = async <T>(path: string, query: string, headers = test.keyHeaders) => {
  const response = await test.app.inject({ url: `/api/v1/${path}?${query}`, headers });
  return { status: response.statusCode, body: response.json() as T };
};
/** A chart of four minutes from the start. */
const chart = async (query: string) => {
  const range = `from=${START_MS}&to=${START_MS + 4 * MINUTE}&step=60`;
  const { status, body } = await get<MetricQueryResult>("metric-query", `${range}&${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const valuesOf = async (query: string) => (await chart(query)).series.map((line) => line.values);

const gauge = (
  name: string,
  points: { minutes: number; value: number; labels?: Record<string, string> }[],
): Json => ({
  name,
  unit: "{request}",
  description: "Requests waiting",
  gauge: {
    dataPoints: points.map(({ minutes, value, labels = {} }) => ({
      timeUnixNano: at(minutes),
      asDouble: value,
      attributes: otlpAttributes(labels),
    })),
  },
});
const sum = (
  name: string,
  temporality: 1 | 2,
  points: [minutes: number, value: number, startMinutes?: number][],
  more: Json = {},
): Json => ({
  name,
  unit: "{call}",
  sum: {
    aggregationTemporality: temporality,
    isMonotonic: true,
    dataPoints: points.map(([minutes, value, start]) => ({
      timeUnixNano: at(minutes),
      asDouble: value,
      ...(start === undefined ? {} : { startTimeUnixNano: at(start) }),
    })),
    ...more,
  },
});

describe("what metrics there are", () => {
  beforeAll(async () => {
    await send([
      gauge("names.queue", [
        { minutes: 0, value: 1, labels: { queue: "a" } },
        { minutes: 0, value: 2, labels: { queue: "b" } },
      ]),
      sum("names.calls", 2, [[0, 1]]),
    ]);
  });

  it("is told by name, with what their series have in common", async () => {
    const { body } = await get<{ data: MetricName[] }>("metric-names", "q=NAMES.");
    expect(body.data).toMatchObject([
      { name: "names.calls", kind: "sum", temporality: "cumulative", monotonic: true, series_count: 1 },
      {
        name: "names.queue",
        kind: "gauge",
        unit: "{request}",
        description: "Requests waiting",
        series_count: 2,
      },
    ]);
    expect((await get<{ data: MetricName[] }>("metric-names", "q=names.&kind=gauge")).body.data).toHaveLength(
      1,
    );
  });

  it("is paged", async () => {
    const first = await get<{ data: MetricName[]; next_cursor: string }>("metric-names", "q=names.&limit=1");
    const second = await get<{ data: MetricName[]; next_cursor: null }>(
      "metric-names",
      `q=names.&limit=1&cursor=${first.body.next_cursor}`,
    );
    expect([first, second].flatMap(({ body }) => body.data.map((one) => one.name))).toEqual([
      "names.calls",
      "names.queue",
    ]);
    expect(second.body.next_cursor).toBeNull();
  });

  it("is told by series and label", async () => {
    const series = await get<{ data: MetricSeries[] }>("metric-series", "metric=names.queue&where=queue=a");
    expect(series.body.data).toMatchObject([
      {
        attributes: { queue: "a" },
        resource: { "service.name": "test-agent" },
        scope: "test",
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ]);
    const labels = await get<{ data: MetricLabel[] }>("metric-labels", "metric=names.queue");
    expect(labels.body.data).toEqual([
      {
        label: "queue",
        source: "attribute",
        distinct_values: 2,
        values: [
          { value: "a", series_count: 1 },
          { value: "b", series_count: 1 },
        ],
      },
      {
        label: "service.name",
        source: "resource",
        distinct_values: 1,
        values: [{ value: "test-agent", series_count: 2 }],
      },
    ]);
  });

  it("is nothing for another tenant, and closed to strangers", async () => {
    const stranger = await createTenant(test.context);
    expect((await get<{ data: [] }>("metric-names", "", stranger.keyHeaders)).body.data).toEqual([]);
    expect(await get("metric-query", "metric=names.queue", stranger.keyHeaders)).toMatchObject({
      status: 404,
      body: { code: "metric_not_found" },
    });
    expect((await get("metric-names", "", {} as never)).status).toBe(401);
    const sender = await createTenant(test.context, { scope: "ingest" });
    for (const path of ["metric-names", "metric-series", "metric-labels", "metric-query", "metric-exemplars"])
      expect((await get(path, "metric=names.queue", sender.keyHeaders)).status).toBe(403);
  });
});

describe("a chart of a gauge", () => {
  beforeAll(() =>
    send([
      gauge("g", [
        { minutes: 0.1, value: 1, labels: { queue: "a" } },
        { minutes: 0.5, value: 3, labels: { queue: "a" } },
        { minutes: 0.2, value: 10, labels: { queue: "b" } },
        { minutes: 2.2, value: 20, labels: { queue: "b" } },
      ]),
    ]),
  );

  it.each([
    ["avg", [14 / 3, null, 20, null]],
    ["sum", [13, null, 20, null]],
    ["min", [1, null, 20, null]],
    ["max", [10, null, 20, null]],
    ["last", [3, null, 20, null]],
    ["count", [3, null, 1, null]],
    ["p50", [3, null, 20, null]],
  ])("by %s is %j", async (aggregation, values) => {
    expect(await valuesOf(`metric=g&aggregation=${aggregation}`)).toEqual([values]);
  });

  it("has a line for each value of a label, the largest first", async () => {
    const { series, series_matched, truncated } = await chart("metric=g&group_by=queue");
    expect(series).toEqual([
      { labels: { queue: "b" }, values: [10, null, 20, null] },
      { labels: { queue: "a" }, values: [2, null, null, null] },
    ]);
    expect({ series_matched, truncated }).toEqual({ series_matched: 2, truncated: false });
  });

  it("says so when it shows only the largest lines", async () => {
    const { series, truncated } = await chart("metric=g&group_by=queue&limit=1");
    expect(series.map((line) => line.labels)).toEqual([{ queue: "b" }]);
    expect(truncated).toBe(true);
  });

  it.each([
    ["where=queue=a", 1],
    ["where=queue!=a", 1],
    ["where=queue~A", 1],
    ["where=service.name?", 2],
    ["where=queue=c", 0],
    ["where=status=200", 0],
  ])("of the series %s is made of %i", async (where, matched) => {
    expect((await chart(`metric=g&${where}`)).series_matched).toBe(matched);
  });

  it.each([
    ["step=1&from=2026-01-01&to=2026-02-01", "too_many_steps"],
    ["where=queue", "invalid_filter"],
    ["aggregation=median", "invalid_request"],
    [["a", "b", "c", "d", "e", "f"].map((label) => `group_by=${label}`).join("&"), "too_many_groups"],
  ])("is refused for %s", async (query, code) => {
    expect(await get("metric-query", `metric=g&${query}`)).toMatchObject({ status: 400, body: { code } });
  });

  it("shows a sample that was sent anew as it was sent last", async () => {
    await send([gauge("corrected", [{ minutes: 0, value: 1 }])]);
    await send([gauge("corrected", [{ minutes: 0, value: 5 }])]);
    expect(await valuesOf("metric=corrected&aggregation=sum")).toEqual([[5, null, null, null]]);
    expect(await valuesOf("metric=corrected&aggregation=count")).toEqual([[1, null, null, null]]);
  });

  it("leaves out samples that say there is no value", async () => {
    await send([
      {
        name: "stale",
        gauge: {
          dataPoints: [
            { timeUnixNano: at(0), asDouble: 1 },
            { timeUnixNano: at(1), flags: 1 },
          ],
        },
      },
    ]);
    expect(await valuesOf("metric=stale")).toEqual([[1, null, null, null]]);
  });
});

describe("a chart of a growing sum", () => {
  it("shows what was added, also over the range's edge and when the sender starts anew", async () => {
    await send([
      sum("cumulative", 2, [
        [-1, 100],
        [0.5, 160],
        [1.5, 190],
        [2.5, 12],
      ]),
    ]);
    expect(await valuesOf("metric=cumulative&aggregation=increase")).toEqual([[60, 30, 12, null]]);
    expect(await valuesOf("metric=cumulative")).toEqual([[1, 0.5, 0.2, null]]);
    expect(await chart("metric=cumulative")).toMatchObject({ aggregation: "rate", unit: "{call}/s" });
  });

  it("knows a new start by its time, though the value is higher", async () => {
    await send([
      sum("restarted", 2, [
        [0.5, 10, -5],
        [1.5, 30, 1],
      ]),
    ]);
    expect(await valuesOf("metric=restarted&aggregation=increase")).toEqual([[null, 30, null, null]]);
  });

  it("counts the first sample of a sender that started within the range", async () => {
    await send([sum("young", 2, [[1.5, 7, 1]])]);
    expect(await valuesOf("metric=young&aggregation=increase")).toEqual([[null, 7, null, null]]);
  });

  it("adds up differences", async () => {
    await send([
      sum("delta", 1, [
        [0.2, 3],
        [0.4, 4],
        [2.5, 5],
      ]),
    ]);
    expect(await valuesOf("metric=delta&aggregation=increase")).toEqual([[7, null, 5, null]]);
    expect(await valuesOf("metric=delta&aggregation=sum")).toEqual([[7, null, 5, null]]);
  });
});

describe("a chart of a distribution", () => {
  const histogram = (
    name: string,
    temporality: 1 | 2,
    points: { minutes: number; counts: number[]; sum: number; bounds?: number[]; exemplars?: Json[] }[],
  ): Json => ({
    name,
    unit: "s",
    histogram: {
      aggregationTemporality: temporality,
      dataPoints: points.map(({ minutes, counts, sum, bounds = [1, 2, 4], exemplars }) => ({
        timeUnixNano: at(minutes),
        count: String(counts.reduce((a, b) => a + b, 0)),
        sum,
        bucketCounts: counts.map(String),
        explicitBounds: bounds,
        exemplars,
      })),
    },
  });

  it("tells quantiles, counts and means of what was measured in each step", async () => {
    await send([
      histogram("h", 2, [
        { minutes: -1, counts: [100, 0, 0, 0], sum: 50 },
        { minutes: 0.5, counts: [100, 10, 0, 0], sum: 65 },
        { minutes: 1.5, counts: [100, 10, 10, 0], sum: 95 },
      ]),
    ]);
    expect(await chart("metric=h")).toMatchObject({ aggregation: "p95", unit: "s", kind: "histogram" });
    const [p50] = await valuesOf("metric=h&aggregation=p50");
    expect(p50![0]).toBeCloseTo(1.5, 6);
    expect(p50![1]).toBeCloseTo(3, 6);
    expect(await valuesOf("metric=h&aggregation=avg")).toEqual([[1.5, 3, null, null]]);
    expect(await valuesOf("metric=h&aggregation=count")).toEqual([[10, 10, null, null]]);
    expect(await valuesOf("metric=h&aggregation=sum")).toEqual([[15, 30, null, null]]);
    expect(await chart("metric=h&aggregation=rate")).toMatchObject({
      unit: "{count}/s",
      series: [{ values: [10 / 60, 10 / 60, null, null] }],
    });
  });

  it("puts senders with different bounds together", async () => {
    await send([histogram("mixed", 1, [{ minutes: 0.5, counts: [0, 10, 0, 0], sum: 15 }])], { host: "a" });
    await send([histogram("mixed", 1, [{ minutes: 0.5, counts: [0, 10, 0], sum: 150, bounds: [10, 20] }])], {
      host: "b",
    });
    const [p50] = await valuesOf("metric=mixed&aggregation=p50");
    expect(p50![0]).toBeGreaterThanOrEqual(2);
    expect(p50![0]).toBeLessThanOrEqual(10);
    const [p99] = await valuesOf("metric=mixed&aggregation=p99");
    expect(p99![0]).toBeCloseTo(19.8, 3);
  });

  it("reads exponential histograms, cumulative and of a scale that was coarsened", async () => {
    const point = (minutes: number, scale: number, offset: number, counts: number[]) => ({
      timeUnixNano: at(minutes),
      count: String(counts.reduce((a, b) => a + b, 0)),
      sum: 1,
      scale,
      positive: { offset, bucketCounts: counts.map(String) },
    });
    const dataPoints = [
      // Scale 1: buckets (2, 2.83] and (2.83, 4]; scale 0: one bucket (2, 4], then (4, 8].
      point(-1, 1, 2, [5, 5]),
      point(0.5, 1, 2, [5, 15]),
      point(1.5, 0, 1, [20, 10]),
    ];
    await send([{ name: "exp", exponentialHistogram: { aggregationTemporality: 2, dataPoints } }]);
    const [p50] = await valuesOf("metric=exp&aggregation=p50");
    expect(p50![0]).toBeCloseTo((Math.SQRT2 * 2 + 4) / 2, 6);
    expect(p50![1]).toBeCloseTo(6, 6);
    expect(await valuesOf("metric=exp&aggregation=count")).toEqual([[10, 10, null, null]]);
  });

  it("repeats the quantiles that a summary tells", async () => {
    const dataPoints = [
      { timeUnixNano: at(0), count: "4", sum: 8, quantileValues: [{ quantile: 0.95, value: 3 }] },
    ];
    await send([{ name: "summary", summary: { dataPoints } }]);
    expect(await valuesOf("metric=summary&aggregation=p95")).toEqual([[3, null, null, null]]);
    expect(await valuesOf("metric=summary&aggregation=p50")).toEqual([]);
  });

  it("leads to traces by its exemplars", async () => {
    const exemplar = {
      timeUnixNano: at(0.2),
      asDouble: 1.7,
      traceId: TRACE,
      filteredAttributes: otlpAttributes({ user: "17" }),
    };
    await send([
      histogram("traced", 1, [{ minutes: 0.5, counts: [0, 1, 0, 0], sum: 1.7, exemplars: [exemplar] }]),
    ]);
    const { body } = await get<{ data: MetricExemplar[] }>(
      "metric-exemplars",
      `metric=traced&from=${START_MS}`,
    );
    expect(body.data).toMatchObject([
      { value: 1.7, trace_id: TRACE, span_id: null, attributes: { user: "17" } },
    ]);
  });
});

describe("the plan of a chart", () => {
  it.each([
    [3_600_000, 30],
    [86_400_000, 600],
    [30 * 86_400_000, 21_600],
  ])("over %i ms has steps of %i s", (rangeMs, seconds) => {
    expect(stepsOf({ fromMs: 0, toMs: rangeMs }, undefined).seconds).toBe(seconds);
  });

  it("begins at a whole step", () => {
    expect(stepsOf({ fromMs: 90_500, toMs: 300_000 }, 60)).toEqual({ seconds: 60, first: 60, count: 4 });
  });

  it.each([
    ["gauge", false, "avg"],
    ["sum", true, "rate"],
    ["sum", false, "avg"],
    ["histogram", false, "p95"],
    ["summary", false, "avg"],
  ] as const)("of a %s (growing: %s) is %s", (kind, monotonic, aggregation) => {
    expect(usualAggregation(kind, monotonic)).toBe(aggregation);
  });

  it.each([
    ["By", "sum", "rate", "By/s"],
    ["By", "sum", "increase", "By"],
    ["s", "histogram", "rate", "{count}/s"],
    ["s", "histogram", "p95", "s"],
    ["s", "gauge", "count", "{count}"],
  ] as const)("has the unit of %s of a %s by %s: %s", (unit, kind, aggregation, expected) => {
    expect(unitOf(unit, kind, aggregation)).toBe(expected);
  });
});
