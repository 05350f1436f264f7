import { describe, expect, it } from "vitest";
import { hiddenAfter } from "../legend.tsx";
import { plotModelOf, plotSignature, tooltipRows } from "./plot-model.ts";

const input = {
  times: [0, 60, 120],
  series: [
    { id: "ok", label: "ok", values: [1, 2, 3], previous: [1, 1, 1] },
    { id: "bad", label: "bad", values: [10, null, 30], color: "danger" as const, previous: [0, 5, 0] },
  ],
  hidden: new Set<string>(),
  kind: "area" as const,
  stacked: true,
  stepMs: 60,
  patterns: false,
};

describe("what is drawn", () => {
  it("is a stack from the highest sum down, with one line for the period before", () => {
    const { layers } = plotModelOf(input);
    expect(layers.map((layer) => [layer.label, layer.drawn])).toEqual([
      ["bad", [11, 2, 33]],
      ["ok", [1, 2, 3]],
      ["All, period before", [1, 6, 1]],
    ]);
  });
  it("are the series themselves where they are not stacked, each with its period before", () => {
    const { layers } = plotModelOf({ ...input, stacked: false });
    expect(layers.map((layer) => layer.label)).toEqual([
      "ok",
      "bad",
      "ok, period before",
      "bad, period before",
    ]);
  });
  it("leaves hidden series out of the sums but keeps the colours of the others", () => {
    const { layers, stacked } = plotModelOf({ ...input, hidden: new Set(["ok"]) });
    expect(stacked).toBe(false);
    expect(layers[0]).toMatchObject({ id: "bad", drawn: [10, null, 30], look: { token: "danger" } });
  });
  it("is the same plot when only numbers change", () => {
    const other = {
      ...input,
      times: [60, 120, 180],
      series: input.series.map((each) => ({ ...each, values: [4, 4, 4] })),
    };
    expect(plotSignature(plotModelOf(other), "area", "count")).toBe(
      plotSignature(plotModelOf(input), "area", "count"),
    );
  });
});

describe("the tooltip", () => {
  it("reads a stack with its sum and what it was", () => {
    const { rows, cut } = tooltipRows(plotModelOf(input), 0, 12);
    expect(rows.map((row) => [row.label, row.value, row.previous])).toEqual([
      ["bad", 10, undefined],
      ["ok", 1, undefined],
      ["All", 11, 1],
    ]);
    expect(cut).toBe(0);
  });
  it("has the largest line first and counts those left out", () => {
    const { rows, cut } = tooltipRows(plotModelOf({ ...input, stacked: false }), 2, 1);
    expect(rows.map((row) => [row.label, row.value, row.previous])).toEqual([["bad", 30, 0]]);
    expect(cut).toBe(1);
  });
});

describe("the legend", () => {
  const ids = ["a", "b", "c"];
  it.each([
    ["hides one", [], "a", false, ["a"]],
    ["shows it again", ["a"], "a", false, []],
    ["shows one alone", [], "a", true, ["b", "c"]],
    ["shows all again", ["b", "c"], "a", true, []],
    ["never hides all", ["a", "b"], "c", false, []],
  ] as [string, string[], string, boolean, string[]][])("%s", (_, hidden, id, alone, after) => {
    expect([...hiddenAfter(ids, new Set(hidden), id, alone)]).toEqual(after);
  });
});
