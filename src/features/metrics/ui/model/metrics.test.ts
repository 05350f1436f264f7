import { describe, expect, it } from "vitest";
import type { MetricQueryResult } from "../../metrics-contract.ts";
import { figuresOf, metricCharts } from "./metric-chart.ts";
import { readUnit } from "./metric-unit.ts";
import { type MetricQuery, parseMetricsSearch, queryOf, queryText, queryWords } from "./metrics-search.ts";

describe("a query in the URL", () => {
  it.each([
    { metric: "http.server.duration", where: [], group_by: [] },
    {
      metric: "cpu usage %",
      where: ["host=a b", "path~/x=y"],
      group_by: ["host", "zone"],
      aggregation: "p95",
    },
  ] as MetricQuery[])("is read as it was written: %j", (query) => {
    expect(queryOf(queryText(query))).toEqual(query);
  });
  it.each(["", "avg", "median x", "avg %"])("is nothing when it is %j", (text) => {
    expect(queryOf(text)).toBeNull();
  });
  it("comes with a step, and odd ones are left out", () => {
    expect(parseMetricsSearch({ query: ["avg cpu", "nonsense"], step: "60", find: "gen" })).toEqual({
      query: ["avg cpu"],
      step: 60,
      find: "gen",
    });
    expect(parseMetricsSearch({ step: "-1" })).toEqual({});
  });
  it("is told in words", () => {
    expect(queryWords({ metric: "cpu", where: ["host=a"], group_by: ["zone"] }, "avg")).toBe(
      "avg of cpu where host=a by zone",
    );
  });
});

describe("units of metrics", () => {
  it.each([
    ["s", "s", 1],
    ["us", "ms", 0.001],
    ["By", "bytes", 1],
    ["By/s", "bytes", 1],
    ["{token}", "tokens", 1],
    ["%", "percent", 0.01],
    ["{request}/s", "per_second", 1],
    ["1", "number", 1],
    ["", "number", 1],
  ])("%j is shown as %s", (ucum, unit, factor) => {
    expect(readUnit(ucum)).toEqual({ unit, factor });
  });
});

describe("charts of metrics", () => {
  const query: MetricQuery = { metric: "m", where: [], group_by: ["host"] };
  const result = (
    unit: string,
    times: number[],
    values: Record<string, (number | null)[]>,
  ): MetricQueryResult => ({
    metric: "m",
    kind: "gauge",
    unit,
    aggregation: "avg",
    step_seconds: 60,
    times,
    series: Object.entries(values).map(([host, list]) => ({ labels: { host }, values: list })),
    series_matched: 1,
    truncated: false,
  });
  const range = { from: 0, to: 1 };

  it("put answers of one unit onto one axis and the union of their times", () => {
    const charts = metricCharts([
      { query, answer: { now: result("ms", [60, 120], { a: [1, 2] }), before: null, range } },
      { query, answer: { now: result("ms", [120, 180], { b: [3, null] }), before: null, range } },
      { query, answer: { now: result("By", [60], { a: [9] }), before: null, range } },
    ]);
    expect(
      charts.map((chart) => [chart.unit, chart.times, chart.series.map((each) => [each.label, each.values])]),
    ).toEqual([
      [
        "ms",
        [60_000, 120_000, 180_000],
        [
          ["A a", [1, 2, null]],
          ["B b", [null, 3, null]],
        ],
      ],
      ["bytes", [60_000], [["C a", [9]]]],
    ]);
  });
  it("lay the period before over the same lines", () => {
    const before = result("%", [0, 60], { a: [50, 60] });
    const [chart] = metricCharts([
      { query, answer: { now: result("%", [120, 180], { a: [10, 20], b: [1, 1] }), before, range } },
    ]);
    expect(chart!.series.map((each) => [each.label, each.values, each.previous])).toEqual([
      ["a", [0.1, 0.2], [0.5, 0.6]],
      ["b", [0.01, 0.01], undefined],
    ]);
  });
  it("add up to figures", () => {
    expect(figuresOf([1, null, 3])).toEqual({ min: 1, max: 3, avg: 2, last: 3 });
    expect(figuresOf([null])).toEqual({ min: null, max: null, avg: null, last: null });
  });
});
