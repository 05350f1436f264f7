import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffText } from "./text-diff.ts";

const MARK = { same: "", added: "+", removed: "-" };
const shown = (a: string, b: string) =>
  diffText(a, b)
    .map(({ kind, text }) => `${MARK[kind]}[${text}]`)
    .join("");

describe("the difference of two texts", () => {
  it.each([
    ["", "", ""],
    ["a b", "a b", "[a b]"],
    ["a b c", "a x c", "[a ]-[b]+[x][ c]"],
    ["", "new", "+[new]"],
    ["old", "", "-[old]"],
  ])("of %j and %j", (a, b, expected) => {
    expect(shown(a, b)).toBe(expected);
  });

  it("leads from one to the other, long ones too", () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom("a", "b", " ", "\n", "ü", "."), { maxLength: 60 }).map((all) => all.join("")),
      fc.nat(4000).map((length) => "word ".repeat(length)),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        const pieces = diffText(a, b);
        const without = (kind: "added" | "removed") =>
          pieces
            .filter((piece) => piece.kind !== kind)
            .map((piece) => piece.text)
            .join("");
        expect(without("added")).toBe(a);
        expect(without("removed")).toBe(b);
      }),
      { numRuns: 60 },
    );
  });
});
