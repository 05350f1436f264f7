import { describe, expect, it } from "vitest";
import { nextSamplingRange } from "./sampling-range.ts";

const HOUR = 3_600_000;
const at = (hours: number) => hours * HOUR;

describe("the next hours to sample", () => {
  it.each([
    ["nothing before anything is settled", { now: 1000.5, settled: 0, until: undefined }, undefined],
    [
      "a week back when it is switched on, a day at a time",
      { now: 1000.5, settled: 1000, until: undefined },
      [831, 855],
    ],
    ["what came since", { now: 1000.5, settled: 1000, until: 995 }, [995, 999]],
    ["nothing twice", { now: 1000.5, settled: 1000, until: 999 }, undefined],
    ["no hour whose next is not settled", { now: 1000.5, settled: 998, until: 990 }, [990, 997]],
    ["not before its time", { now: 1000.5, settled: 1000, until: 980, after: 10 }, [980, 990]],
  ])(
    "is %s",
    (_name, given: { now: number; settled: number; until: number | undefined; after?: number }, range) => {
      expect(
        nextSamplingRange({
          nowMs: at(given.now),
          settledUntilMs: at(given.settled),
          sampledUntilMs: given.until === undefined ? undefined : at(given.until),
          afterHours: given.after ?? 1,
        }),
      ).toEqual(range && { fromMs: at(range[0]!), toMs: at(range[1]!) });
    },
  );
});
