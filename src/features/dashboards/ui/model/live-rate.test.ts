import { describe, expect, it } from "vitest";
import { EMPTY_RATE, lastMinute, withArrival } from "./live-rate.ts";

describe("the live counter", () => {
  it("counts what arrived within the last minute", () => {
    const rate = withArrival(withArrival(EMPTY_RATE, 5, 0), 7, 30_000);
    expect(lastMinute(rate, 40_000)).toBe(12);
    expect(lastMinute(rate, 61_000)).toBe(7);
    expect(withArrival(rate, 1, 200_000).arrivals).toHaveLength(1);
  });
});
