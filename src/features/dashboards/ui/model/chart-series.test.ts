import { describe, expect, it } from "vitest";
import type { SeriesAnswer } from "#features/analytics/analytics-contract.ts";
import { chartOf } from "#features/analytics/ui/analytics-api.ts";
import { executionSeries } from "./chart-series.ts";

const range = { from: "2026-11-21T08:00:00.000Z", to: "2026-11-21T10:00:00.000Z" };
const times = ["2026-11-21T08:00:00.000Z", "2026-11-21T09:00:00.000Z"];
const answer: SeriesAnswer = {
  ...range,
  step: "1h",
  timezone: "UTC",
  times,
  series: [
    { group: "a", other: false, values: { span_count: [10, null], errors: [2, null] }, total: {} },
    { group: null, other: true, values: { span_count: [1, 1] }, total: {} },
  ],
  previous: {
    ...range,
    times,
    series: [{ group: "a", other: false, values: { span_count: [5, 5], errors: [0, 1] }, total: {} }],
  },
  source: "spans",
  truncated: false,
  sampled: null,
};

describe("executions", () => {
  it("are drawn as those that succeeded and those that failed, with the period before", () => {
    expect(executionSeries(answer).series).toEqual([
      { id: "succeeded", label: "Succeeded", values: [8, null], previous: [5, 4] },
      { id: "failed", label: "Failed", color: "danger", values: [2, null], previous: [0, 1] },
    ]);
  });
  it("are nothing while there is no answer", () => {
    expect(executionSeries(undefined)).toEqual({ times: [], series: [] });
  });
});

describe("an answer of analytics as a chart", () => {
  it("has a line per group, the rest in grey, and the period before where the group had one", () => {
    expect(chartOf(answer, "span_count")).toEqual({
      times: times.map((time) => Date.parse(time)),
      series: [
        { id: "group:a", label: "a", values: [10, null], previous: [5, 5] },
        { id: "other", label: "Other", values: [1, 1], color: "muted" },
      ],
    });
  });
});
