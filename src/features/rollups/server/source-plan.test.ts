import { describe, expect, it } from "vitest";
import type { Coverage, HourState } from "./rollup-ledger.ts";
import { DAY_MS, HOUR_MS } from "./rollup-times.ts";
import { planSources } from "./source-plan.ts";

const DAY = 20_000 * DAY_MS;
const hour = (index: number, given: Partial<HourState> = {}): HourState => ({
  hourMs: DAY + index * HOUR_MS,
  generations: [index + 1],
  baseGenerations: [],
  dirty: false,
  receivedFromMs: 0,
  ...given,
});
const at = (hours: number) => DAY + hours * HOUR_MS;
const coverage = (given: Partial<Coverage>): Coverage => ({
  settledUntilMs: at(24),
  hours: [],
  days: [],
  ...given,
});
const plan = (given: Partial<Coverage>, from: number, to: number, days = false) => {
  const found = planSources(coverage(given), { fromMs: at(from), toMs: at(to) }, { days });
  return {
    days: found.days.map((one) => (one.dayMs - DAY) / DAY_MS),
    hours: found.hours.map((one) => [(one.hourMs - DAY) / HOUR_MS, one.generation]),
    spans: found.spans.map((one) => [
      (one.fromMs - DAY) / HOUR_MS,
      (one.toMs - DAY) / HOUR_MS,
      one.receivedFromMs,
    ]),
  };
};

describe("the sources of a range", () => {
  it("are the spans alone before anything was settled", () => {
    expect(plan({ settledUntilMs: 0 }, 1, 3)).toEqual({ days: [], hours: [], spans: [[1, 3, 0]] });
  });

  it("are rollup rows for whole hours and spans for both ends", () => {
    expect(plan({ hours: [hour(1), hour(2), hour(3)] }, 1.5, 3.25)).toEqual({
      days: [],
      hours: [[2, 3]],
      spans: [
        [1.5, 2, 0],
        [3, 3.25, 0],
      ],
    });
  });

  it("leave out hours without spans", () => {
    expect(plan({ hours: [hour(5)] }, 0.5, 23.5)).toEqual({ days: [], hours: [[5, 6]], spans: [] });
  });

  it("are the spans from the border on, whatever rows there are", () => {
    expect(plan({ settledUntilMs: at(2), hours: [hour(1), hour(2)] }, 0, 4)).toEqual({
      days: [],
      hours: [[1, 2]],
      spans: [[2, 4, 0]],
    });
  });

  it("are the spans of dirty hours, joined where they touch", () => {
    const hours = [hour(0), hour(1, { dirty: true }), hour(2, { dirty: true, generations: [] }), hour(3)];
    expect(plan({ hours }, 0, 4)).toEqual({
      days: [],
      hours: [
        [0, 1],
        [3, 4],
      ],
      spans: [[1, 3, 0]],
    });
  });

  it("keep a frozen hour's rows and add what has arrived since", () => {
    const frozen = { baseGenerations: [7], generations: [7, 9], receivedFromMs: 5 };
    expect(plan({ hours: [hour(1, frozen)] }, 0, 4).hours).toEqual([
      [1, 7],
      [1, 9],
    ]);
    expect(plan({ hours: [hour(1, { ...frozen, dirty: true })] }, 0, 4)).toEqual({
      days: [],
      hours: [[1, 7]],
      spans: [[1, 2, 5]],
    });
  });

  it("take a frozen hour whole where the range ends in it", () => {
    const frozen = { baseGenerations: [7], generations: [7], receivedFromMs: 5 };
    expect(plan({ hours: [hour(1, frozen)] }, 1.5, 4)).toEqual({ days: [], hours: [[1, 7]], spans: [] });
  });

  it("take a day instead of its hours where that is wanted and the day lies within", () => {
    const days = [{ dayMs: DAY, generation: 99 }];
    const hours = [hour(3), hour(20), hour(25)];
    const given = { settledUntilMs: at(48), hours, days };
    expect(plan(given, 0, 26, true)).toEqual({ days: [0], hours: [[25, 26]], spans: [] });
    expect(plan(given, 0, 26).hours).toHaveLength(3);
    expect(plan(given, 1, 26, true).days).toEqual([]);
  });
});
