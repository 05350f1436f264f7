import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxAt, fitted, flameMove, layoutFlame, panned, zoomed } from "./flame-layout.ts";
import { arbitraryTrace, testSpan as span } from "./testing/test-spans.ts";
import { buildTraceTree } from "./trace-tree.ts";

const tree = buildTraceTree([
  span("root", null, 0, 100),
  span("a", "root", 0, 40),
  span("a1", "a", 10, 10),
  span("b", "root", 20, 60),
  span("c", "root", 85, 10),
]);
const layout = layoutFlame(tree);
const rowOf = (id: string) => layout.row[tree.byId.get(id)!.index];
const idAt = (index: number) => tree.nodes[index]?.id;

describe("a flame graph", () => {
  it("puts calls below their caller, and calls side by side into rows of their own", () => {
    expect(["root", "a", "a1", "b", "c"].map(rowOf)).toEqual([0, 1, 2, 2, 1]);
  });

  it("never draws two boxes over each other, nor a call above its caller", () => {
    fc.assert(
      fc.property(arbitraryTrace, (spans) => {
        const any = buildTraceTree(spans);
        const { row, rowCount } = layoutFlame(any);
        for (const a of any.nodes) {
          expect(row[a.index]).toBeLessThan(rowCount);
          if (a.parent >= 0) expect(row[a.index]).toBeGreaterThan(row[a.parent]!);
          for (const b of any.nodes) {
            if (a.index >= b.index || row[a.index] !== row[b.index]) continue;
            expect(a.endMs <= b.startMs || b.endMs <= a.startMs).toBe(true);
          }
        }
      }),
    );
  });

  it("finds the box under a point, or the nearest within reach", () => {
    const at = (ms: number) => tree.startMs + ms;
    expect(idAt(boxAt(tree, layout, at(50), 0))).toBe("root");
    expect(idAt(boxAt(tree, layout, at(90), 1))).toBe("c");
    expect(boxAt(tree, layout, at(60), 1)).toBe(-1);
    expect(idAt(boxAt(tree, layout, at(83), 1, 3))).toBe("c");
  });

  it("is walked by arrows", () => {
    const from = (id: string, move: "up" | "down" | "left" | "right") =>
      idAt(flameMove(tree, layout, tree.byId.get(id)!.index, move));
    expect(from("a1", "up")).toBe("a");
    expect(from("root", "down")).toBe("a");
    expect(from("a", "right")).toBe("c");
    expect(from("c", "left")).toBe("a");
    expect(from("c", "right")).toBe("c");
    expect(from("c", "down")).toBe("c");
  });
});

describe("the view of time", () => {
  const whole = { startMs: 0, endMs: 100 };
  it("zooms around a point that stays where it is", () => {
    expect(zoomed(whole, whole, 0.5, 50)).toEqual({ startMs: 25, endMs: 75 });
    expect(zoomed(whole, whole, 0.5, 0)).toEqual({ startMs: 0, endMs: 50 });
  });
  it("never leaves the whole", () => {
    expect(zoomed(whole, { startMs: 90, endMs: 100 }, 100, 99)).toEqual(whole);
    expect(panned(whole, { startMs: 20, endMs: 40 }, 500)).toEqual({ startMs: 80, endMs: 100 });
    expect(panned(whole, { startMs: 20, endMs: 40 }, -500)).toEqual({ startMs: 0, endMs: 20 });
    expect(fitted(whole, 0, 100)).toEqual(whole);
  });
});
