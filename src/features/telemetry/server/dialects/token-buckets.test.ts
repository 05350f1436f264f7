import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFacts } from "./facts.ts";
import { dropUsage, fillUsage, splitAudio, splitCacheWrite, tokenCount } from "./token-buckets.ts";

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

  it("are split further without a token lost, gained or below zero", () => {
    const count = fc.option(fc.oneof(fc.double(), fc.nat(200)), { nil: undefined });
    const parts = fc.tuple(count, count, count, count);
    fc.assert(
      fc.property(
        fc.nat(300),
        fc.nat(300),
        fc.nat(100),
        fc.nat(100),
        parts,
        (input, output, read, write, given) => {
          const facts = createFacts();
          fillUsage(facts, input, output, read, write, undefined, undefined);
          const sums = () => [
            facts.inputUncached + facts.inputAudio,
            facts.cacheWrite + facts.cacheWriteLong,
            facts.output + facts.outputAudio,
          ];
          const before = sums();
          splitCacheWrite(facts, given[0]);
          splitAudio(facts, given[1], given[2], given[3]);
          expect(sums()).toEqual(before);
          const buckets = [facts.inputUncached, facts.inputAudio, facts.cacheWrite, facts.cacheWriteLong];
          for (const bucket of [...buckets, facts.output, facts.outputAudio]) {
            expect(Number.isSafeInteger(bucket) && bucket >= 0).toBe(true);
          }
        },
      ),
    );
  });

  it("and the reported cost are all empty once a span's usage is dropped", () => {
    const facts = { ...createFacts(), reportedCostUsd: 1 };
    fillUsage(facts, 100, 50, 10, 20, 5, undefined);
    splitCacheWrite(facts, 10);
    splitAudio(facts, 30, 20);
    dropUsage(facts);
    expect(facts).toEqual(createFacts());
  });

  it("clamp at the largest safe integer", () => {
    expect(tokenCount(2 ** 60)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
