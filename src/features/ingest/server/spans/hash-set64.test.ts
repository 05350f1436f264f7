import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HashSet64 } from "./hash-set64.ts";

const half = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0, 1, 2, 3, 0x8000_0000, 0xffff_ffff),
);

describe("a set of 64-bit hashes", () => {
  it("answers like a set of pairs, of which the lowest bit does not count", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(half, half)), fc.array(fc.tuple(half, half)), (added, asked) => {
        const set = new HashSet64();
        const model = new Set<string>();
        const keyOf = ([high, low]: [number, number]) => `${high} ${(low | 1) >>> 0}`;
        for (const pair of added) {
          expect(set.add(...pair)).toBe(!model.has(keyOf(pair)));
          model.add(keyOf(pair));
        }
        expect(set.size).toBe(model.size);
        for (const pair of [...added, ...asked]) expect(set.has(...pair)).toBe(model.has(keyOf(pair)));
      }),
    );
  });

  it("grows past its first capacity and loses nothing", () => {
    const set = new HashSet64();
    const hashOf = (i: number): [number, number] => [Math.imul(i, 0x9e3779b1) >>> 0, (i * 2) >>> 0];
    const indexes = Array.from({ length: 50_000 }, (_, i) => i);
    expect(indexes.filter((i) => !set.add(...hashOf(i)))).toEqual([]);
    expect(set.size).toBe(50_000);
    expect(indexes.filter((i) => !set.has(...hashOf(i)))).toEqual([]);
    expect(indexes.filter((i) => set.has(...hashOf(i + 50_000)))).toEqual([]);
  });
});
