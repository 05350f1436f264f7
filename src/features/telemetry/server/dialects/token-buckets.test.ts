import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFacts } from "./facts.ts";
import { fillUsage, tokenCount } from "./token-buckets.ts";

type Reported = [
  input?: number,
  output?: number,
  cacheRead?: number,
  cacheWrite?: number,
  reasoning?: number,
  total?: number,
];

function buckets([input, output, cacheRead, cacheWrite, reasoning, total]: Reported): number[] {
  const facts = createFacts();
  fillUsage(facts, input, output, cacheRead, cacheWrite, reasoning, total);
  return [facts.inputUncached, facts.cacheRead, facts.cacheWrite, facts.output, facts.reasoning];
}

const none = undefined;
const cases: [what: string, reported: Reported, buckets: number[]][] = [
  ["plain input and output", [100, 20], [100, 0, 0, 20, 0]],
  ["a cache inside the input", [100, 20, 60, 10], [30, 60, 10, 20, 0]],
  ["a cache larger than the input, so beside it", [100, 20, 600, 10], [100, 600, 10, 20, 0]],
  ["a cache beside the input, told by the total", [100, 20, 60, 10, none, 190], [100, 60, 10, 20, 0]],
  ["a cache inside the input, told by the total", [100, 20, 60, 10, none, 120], [30, 60, 10, 20, 0]],
  ["reasoning inside the output", [100, 50, none, none, 30], [100, 0, 0, 20, 30]],
  ["reasoning larger than the output, so beside it", [100, 20, none, none, 30], [100, 0, 0, 20, 30]],
  ["reasoning beside the output, told by the total", [100, 50, none, none, 30, 180], [100, 0, 0, 50, 30]],
  ["both beside, told by the total", [100, 50, 40, none, 30, 220], [100, 40, 0, 50, 30]],
  ["only a total", [none, none, none, none, none, 70], [70, 0, 0, 0, 0]],
  ["a total and an output", [none, 20, none, none, none, 70], [50, 0, 0, 20, 0]],
  ["negative and fractional counts", [-5, 2.9, -1, none, -7], [0, 0, 0, 2, 0]],
  ["no number at all", [Number.NaN, Number.NaN, Number.NaN], [0, 0, 0, 0, 0]],
  ["absurd counts", [1e300, Number.POSITIVE_INFINITY], [2 ** 53 - 1, 0, 0, 2 ** 53 - 1, 0]],
];

describe("token buckets", () => {
  it.each(cases)("splits %s", (_what, reported, expected) => {
    expect(buckets(reported)).toEqual(expected);
  });

  it("are whole, safe and never negative, whatever is reported", () => {
    const count = fc.option(fc.oneof(fc.double(), fc.integer(), fc.nat(200)), { nil: undefined });
    const reported = fc.tuple(count, count, count, count, count, count);
    fc.assert(
      fc.property(reported, (counts) => {
        for (const bucket of buckets(counts)) expect(Number.isSafeInteger(bucket) && bucket >= 0).toBe(true);
      }),
    );
  });

  it("clamp at the largest safe integer", () => {
    expect(tokenCount(2 ** 60)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
