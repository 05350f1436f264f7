import { describe, expect, it } from "vitest";
import { EMPTY_RATE, lastMinute, refreshWaitMs, withArrival } from "./live-rate.ts";

describe("the live counter", () => {
  it("counts what arrived within the last minute", () => {
    const rate = withArrival(withArrival(EMPTY_RATE, 5, 0), 7, 30_000);
    expect(lastMinute(rate, 40_000)).toBe(12);
    expect(lastMinute(rate, 61_000)).toBe(7);
    expect(withArrival(rate, 1, 200_000).arrivals).toHaveLength(1);
  });
});

describe("reading the overview again", () => {
  const HOUR = 3_600_000;
  it.each([
    ["soon after a quiet time", 1_000_000, 0, 24 * HOUR, 5_000],
    ["every five seconds for an hour", 10_000, 10_000, HOUR, 5_000],
    ["every minute for a day", 10_000, 10_000, 24 * HOUR, 60_000],
    ["no later than that for a year", 40_000, 10_000, 365 * 24 * HOUR, 30_000],
  ])("happens %s", (_, now, lastAt, rangeMs, wait) => {
    expect(refreshWaitMs(now, lastAt, rangeMs)).toBe(wait);
  });
});
