import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KnownPieces } from "./known-pieces.ts";
import { PieceSet } from "./piece-set.ts";
import { weekOf } from "./piece-week.ts";

type Key = [number, number, number, number];
/** Few values, so that keys differ in one word only. */
const word = fc.constantFrom(0, 1, 2, 0x8000_0000, 0xffff_ffff);
const key: fc.Arbitrary<Key> = fc.tuple(word, word, word, fc.integer({ min: 1, max: 0xffff_ffff }));
const MONDAY = Date.UTC(2026, 10, 16);
const DAY = 86_400_000;

describe("a set of pieces", () => {
  it("holds what was added and nothing else, by the whole key", () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 6_000 }), fc.array(key, { maxLength: 50 }), (added, others) => {
        const set = new PieceSet();
        const model = new Set<string>();
        for (const each of added) {
          expect(set.add(...each)).toBe(!model.has(String(each)));
          model.add(String(each));
        }
        expect(set.size).toBe(model.size);
        for (const each of [...added, ...others]) expect(set.has(...each)).toBe(model.has(String(each)));
        set.clear();
        for (const each of added) expect(set.has(...each)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});

describe("known pieces", () => {
  it("are bounded, and those in use stay", () => {
    const known = new KnownPieces(100);
    known.enterWeekOf(MONDAY);
    known.add(7, 7, 7, 7);
    for (let i = 0; i < 1_000; i++) {
      known.add(i, 1, 2, 3);
      if (i % 50 === 0) expect(known.has(7, 7, 7, 7)).toBe(true);
    }
    expect(known.has(1, 1, 2, 3)).toBe(false);
    expect(known.has(999, 1, 2, 3)).toBe(true);
    expect(known.has(7, 7, 7, 7)).toBe(true);
  });

  it("are due again with a new week, and not when the clock goes back", () => {
    const known = new KnownPieces();
    known.enterWeekOf(MONDAY);
    known.add(1, 2, 3, 4);
    known.enterWeekOf(MONDAY + 7 * DAY - 1);
    known.enterWeekOf(MONDAY - DAY);
    expect(known.has(1, 2, 3, 4)).toBe(true);
    known.enterWeekOf(MONDAY + 7 * DAY);
    expect(known.has(1, 2, 3, 4)).toBe(false);
  });
});

describe("the week of a moment", () => {
  it.each([
    ["2026-11-16T00:00:00Z", "2026-11-16"],
    ["2026-11-21T15:00:00Z", "2026-11-16"],
    ["2026-11-22T23:59:59Z", "2026-11-16"],
    ["2026-11-23T00:00:00Z", "2026-11-23"],
    ["1970-01-01T00:00:00Z", "1969-12-29"],
    ["1970-01-05T00:00:00Z", "1970-01-05"],
  ])("of %s begins on %s", (at, monday) => {
    expect(weekOf(Date.parse(at)) * DAY).toBe(Date.parse(`${monday}T00:00:00Z`));
  });
});
