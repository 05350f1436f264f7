import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Unit } from "../chart-types.ts";
import { deltaOf } from "./delta.ts";
import { describeChart, trendOf } from "./describe.ts";
import { bucketName, histogramWords, markPlace } from "./histogram.ts";
import { lookOf } from "./palette.ts";
import { extentOf, hasData, smallestStep, stack, sumOf, withGaps } from "./series-data.ts";
import { sparkPath } from "./spark-path.ts";
import { csvOf, tableOf } from "./table-rows.ts";
import { niceStep, timeTickLabel, timeTicks, valueBounds, valueTicks } from "./ticks.ts";
import { formatExact, formatValue } from "./units.ts";

const utc = (text: string) => Date.parse(`${text}Z`);

describe("values in their unit", () => {
  it.each([
    [1234, "count", "1.2k"],
    [0.0421, "number", "0.0421"],
    [-2500, "number", "−2.5k"],
    [0, "ms", "0 ms"],
    [1240, "ms", "1.24 s"],
    [90, "s", "1 m 30 s"],
    [0.0042, "usd", "$0.0042"],
    [1_250_000, "tokens", "1.3M"],
    [1536, "bytes", "1.5 KiB"],
    [0.0421, "percent", "4.21 %"],
    [0.5, "percent", "50 %"],
    [12.345, "per_second", "12.3/s"],
    [null, "usd", "–"],
    [Number.NaN, "count", "–"],
  ] as [number | null, Unit, string][])("%s %s is %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });
  it("have every digit where they are read one by one", () => {
    expect(formatExact(1_234_567, "tokens")).toBe("1,234,567");
  });
});

describe("ticks of values", () => {
  it.each([
    [3, "number", 5],
    [0.3, "count", 1],
    [3000, "bytes", 4096],
    [7000, "ms", 10_000],
    [70, "s", 120],
    [0.004, "usd", 0.005],
  ] as [number, Unit, number][])("a step of at least %s %s is %s", (least, unit, step) => {
    expect(niceStep(least, unit)).toBe(step);
  });
  it("are round and free of binary dust", () => {
    expect(valueTicks(0, 1, 6)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });
  it("lie within the axis, ascend, and are not too many", () => {
    const sizes = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    const units = fc.constantFrom<Unit[]>("count", "number", "ms", "s", "usd", "tokens", "bytes", "percent");
    fc.assert(
      fc.property(sizes, sizes, fc.integer({ min: 2, max: 12 }), units, (a, b, most, unit) => {
        const [min, max] = valueBounds(Math.min(a, b), Math.max(a, b));
        const ticks = valueTicks(min, max, most, unit);
        const slack = (max - min) * 1e-6;
        expect(ticks.every((tick) => tick >= min - slack && tick <= max + slack)).toBe(true);
        expect(ticks.every((tick, i) => i === 0 || tick > ticks[i - 1]!)).toBe(true);
        expect(ticks.length).toBeLessThanOrEqual(most + 2);
      }),
    );
  });
  it("start at zero unless values lie below it", () => {
    expect(valueBounds(5, 10)[0]).toBe(0);
    expect(valueBounds(-5, 10)[0]).toBeLessThan(-5);
    expect(valueBounds(Number.NaN, Number.NaN)).toEqual([0, 1]);
  });
});

describe("ticks of time", () => {
  it("stand at round times", () => {
    const ticks = timeTicks(utc("2026-11-20T10:03:00"), utc("2026-11-20T11:03:00"), 6, "UTC");
    expect(ticks.map((tick) => new Date(tick).toISOString().slice(11, 16))).toEqual([
      "10:10",
      "10:20",
      "10:30",
      "10:40",
      "10:50",
      "11:00",
    ]);
  });
  it("stand at midnight of the zone, also across a change of the clock", () => {
    const zone = "Europe/Berlin";
    const ticks = timeTicks(utc("2026-10-23T00:00:00"), utc("2026-10-28T00:00:00"), 6, zone);
    expect(ticks.map((tick) => timeTickLabel(tick, 86_400_000, zone))).toEqual([
      "Oct 24",
      "Oct 25",
      "Oct 26",
      "Oct 27",
      "Oct 28",
    ]);
    const hours = timeTicks(utc("2026-10-24T22:00:00"), utc("2026-10-26T00:00:00"), 6, zone);
    expect(hours.map((tick) => timeTickLabel(tick, 6 * 3_600_000, zone))).toEqual([
      "Oct 25",
      "06:00",
      "12:00",
      "18:00",
      "Oct 26",
    ]);
  });
  it("ascend, stay within, and are at most a few more than asked for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: utc("2000-01-01T00:00:00"), max: utc("2040-01-01T00:00:00") }),
        fc.integer({ min: 1_000, max: 4 * 365 * 86_400_000 }),
        fc.integer({ min: 2, max: 14 }),
        fc.constantFrom("UTC", "America/New_York", "Asia/Kolkata"),
        (from, length, most, zone) => {
          const ticks = timeTicks(from, from + length, most, zone);
          expect(ticks.length).toBeLessThanOrEqual(most + 2);
          expect(
            ticks.every(
              (tick, i) => tick >= from && tick <= from + length && (i === 0 || tick > ticks[i - 1]!),
            ),
          ).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
  it.each([
    ["2026-01-01T00:00:00", 86_400_000, "2026"],
    ["2026-03-01T00:00:00", 31 * 86_400_000, "Mar"],
    ["2026-03-01T10:05:30", 30_000, "10:05:30"],
  ])("%s with steps of %i ms reads %s", (at, step, label) => {
    expect(timeTickLabel(utc(at), step, "UTC")).toBe(label);
  });
});

describe("series", () => {
  it("get an empty bucket in a hole, so that no line crosses it", () => {
    const data = withGaps([0, 60, 180, 240], [{ values: [1, 2, 4, Number.NaN], previous: [1, 1, 1, 1] }], 60);
    expect(data.times).toEqual([0, 60, 120, 180, 240]);
    expect(data.values).toEqual([[1, 2, null, 4, null]]);
    expect(data.previous).toEqual([[1, 1, null, 1, 1]]);
  });
  it("add up, a missing value as nothing, a missing bucket as missing", () => {
    expect(
      stack([
        [1, null, null],
        [2, 3, null],
      ]),
    ).toEqual([
      [1, 0, null],
      [3, 3, null],
    ]);
    expect(
      sumOf([
        [1, null],
        [null, null],
      ]),
    ).toEqual([1, null]);
    expect(sumOf([])).toEqual([]);
  });
  it("know their extent and whether there is anything", () => {
    expect(
      extentOf([
        [null, 3],
        [-1, null],
      ]),
    ).toEqual([-1, 3]);
    expect(hasData([{ values: [null, null] }])).toBe(false);
    expect(hasData([{ values: [null, 0] }])).toBe(true);
    expect(smallestStep([0, 60, 90])).toBe(30);
  });
});

describe("words of a chart", () => {
  it("tell the stretch of time and each series", () => {
    const words = describeChart(
      {
        kind: "line",
        stacked: false,
        times: [utc("2026-11-20T10:00:00"), utc("2026-11-20T11:00:00"), utc("2026-11-20T12:00:00")],
        series: [{ id: "e", label: "Errors", values: [1, 5, 9] }],
        unit: "count",
      },
      "UTC",
    );
    expect(words).toBe(
      "Line chart from 2026-11-20 10:00 to 2026-11-20 12:00. Errors: lowest 1, highest 9 (2026-11-20 12:00), last 9, rising.",
    );
  });
  it("count the series they do not tell", () => {
    const series = Array.from({ length: 9 }, (_, n) => ({ id: `${n}`, label: `s${n}`, values: [n] }));
    const words = describeChart({ kind: "bars", stacked: true, times: [0], series, unit: "usd" }, "UTC");
    expect(words).toMatch(/^Stacked bar chart .* And 3 more series\.$/);
  });
  it.each([
    [[1, 1, 1, 1], "steady"],
    [[1, 2, 3, 4], "rising"],
    [[9, null, 5, 1], "falling"],
    [[7], "steady"],
  ] as [(number | null)[], string][])("%j is %s", (values, trend) => {
    expect(trendOf(values)).toBe(trend);
  });
});

describe("a delta", () => {
  it.each([
    [112, 100, "up", "+12 %", "success"],
    [97, 100, "up", "−3 %", "danger"],
    [97, 100, undefined, "−3 %", "neutral"],
    [1400, 100, "down", "×14", "danger"],
    [3, 0, "down", "new", "danger"],
    [0, 0, "up", "±0 %", "neutral"],
    [1000.1, 1000, "up", "±0 %", "neutral"],
  ] as [number, number, "up" | "down" | undefined, string, string][])(
    "from %s after %s, better %s, reads %s",
    (value, previous, better, text, tone) => {
      expect(deltaOf(value, previous, better)).toMatchObject({ text, tone });
    },
  );
  it("is nothing where there is nothing to compare", () => {
    expect(deltaOf(null, 1)).toBeNull();
    expect(deltaOf(1, null)).toBeNull();
  });
});

describe("a chart as a table", () => {
  const times = [utc("2026-11-20T10:00:00"), utc("2026-11-20T11:00:00")];
  const series = [{ id: "a", label: 'cost, "all"', values: [1, null], previous: [0.5, 2] }];
  it("has the newest first and the period before in a column of its own", () => {
    expect(tableOf(times, series, "usd", "UTC")).toEqual({
      head: ["Time", 'cost, "all"', 'cost, "all", period before'],
      rows: [
        ["2026-11-20 11:00:00", "–", "$2.00"],
        ["2026-11-20 10:00:00", "$1.00", "$0.50"],
      ],
      cut: 0,
    });
  });
  it("is CSV with plain numbers, oldest first", () => {
    expect(csvOf(times, series)).toBe(
      'time,"cost, ""all""","cost, ""all"", period before"\r\n' +
        "2026-11-20T10:00:00.000Z,1,0.5\r\n2026-11-20T11:00:00.000Z,,2\r\n",
    );
  });
});

describe("looks", () => {
  it("repeat colours after eight with another dash", () => {
    expect(lookOf(0, undefined, false)).toEqual({ token: "series-1", dash: [], hatch: 0 });
    expect(lookOf(8, undefined, false)).toMatchObject({ token: "series-1", hatch: 1 });
  });
  it("hatch colours with a meaning, and everything on request", () => {
    expect(lookOf(1, "danger", false)).toMatchObject({ token: "danger", hatch: 1 });
    expect(lookOf(1, undefined, true).dash.length).toBeGreaterThan(0);
  });
});

describe("a sparkline", () => {
  it("is broken at gaps and shows a lonely point", () => {
    const { line, last } = sparkPath([0, 10, null, 5], 30, 10, 0);
    expect(line).toBe("M0 10L10 0M30 5h0.01");
    expect(last).toEqual([30, 5]);
  });
  it("is empty without values", () => {
    expect(sparkPath([null, null], 30, 10)).toEqual({ line: "", area: "", last: null });
  });
});

describe("a histogram", () => {
  const buckets = [
    { from: 0, to: 100, count: 2 },
    { from: 100, to: 200, count: 6 },
    { from: 200, to: Number.POSITIVE_INFINITY, count: 0 },
  ];
  it("is told in a sentence", () => {
    expect(histogramWords(buckets, "ms")).toBe("8 values, most often 100 ms – 200 ms (75 %).");
    expect(bucketName(buckets[2]!, "ms")).toBe("from 200 ms");
  });
  it("places marks by bucket", () => {
    expect(markPlace(buckets, 150)).toBeCloseTo(0.5);
    expect(markPlace(buckets, -1)).toBeNull();
  });
});
