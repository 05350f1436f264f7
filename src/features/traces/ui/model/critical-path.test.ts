import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { criticalPath, stretchesOn } from "./critical-path.ts";
import { arbitraryTrace, testSpan as span } from "./testing/test-spans.ts";
import { buildTraceTree } from "./trace-tree.ts";

const shown = (spans: ReturnType<typeof span>[]) => {
  const tree = buildTraceTree(spans);
  return criticalPath(tree)
    .segments.map(({ index, startMs, endMs }) => {
      const at = (ms: number) => Math.round(ms - tree.startMs);
      return `${tree.nodes[index]!.id} ${at(startMs)}-${at(endMs)}`;
    })
    .join(", ");
};

describe("the critical path", () => {
  it.each([
    ["of a lone span is the span", [span("a", null, 0, 100)], "a 0-100"],
    [
      "goes through calls one after another, and through the work between them",
      [span("a", null, 0, 100), span("b", "a", 10, 30), span("c", "a", 50, 40)],
      "a 0-10, b 10-40, a 40-50, c 50-90, a 90-100",
    ],
    [
      "of calls side by side follows the one that ended last",
      [span("a", null, 0, 100), span("b", "a", 10, 20), span("c", "a", 10, 80)],
      "a 0-10, c 10-90, a 90-100",
    ],
    [
      "goes down into the call that was waited for",
      [span("a", null, 0, 100), span("b", "a", 0, 100), span("c", "b", 20, 60)],
      "b 0-20, c 20-80, b 80-100",
    ],
    [
      "counts a child that outlives its parent up to the parent's end",
      [span("a", null, 0, 50), span("b", "a", 10, 100)],
      "a 0-10, b 10-50",
    ],
    [
      "joins roots that follow one another",
      [span("a", null, 0, 10), span("b", null, 20, 10)],
      "a 0-10, b 20-30",
    ],
    ["of nothing is nothing", [], ""],
  ])("%s", (_, spans, expected) => {
    expect(shown(spans)).toBe(expected);
  });

  it("covers the time of a single root exactly once, within the spans it names", () => {
    fc.assert(
      fc.property(arbitraryTrace, (spans) => {
        const tree = buildTraceTree(spans);
        const { segments, msOf, totalMs } = criticalPath(tree);
        const root = tree.nodes[0]!;
        if (tree.rootCount === 1) expect(totalMs).toBeCloseTo(root.endMs - root.startMs, 3);
        segments.forEach((segment, at) => {
          const node = tree.nodes[segment.index]!;
          expect(segment.startMs).toBeGreaterThanOrEqual(node.startMs);
          expect(segment.endMs).toBeLessThanOrEqual(node.endMs);
          if (at > 0) expect(segment.startMs).toBeGreaterThanOrEqual(segments[at - 1]!.endMs);
          // One is waited for only by those above it.
          if (node.parent >= 0) expect(msOf.has(node.parent)).toBe(true);
        });
      }),
    );
  });
});

describe("the marks of a path", () => {
  const domain = { startMs: 0, endMs: 1000 };
  const segment = (startMs: number, endMs: number) => ({ index: 0, startMs, endMs });

  it("are where the segments are, cut at the ends of the axis", () => {
    expect(stretchesOn([segment(-50, 100), segment(500, 600), segment(1200, 1300)], domain)).toEqual([
      { left: 0, width: 10 },
      { left: 50, width: 10 },
    ]);
  });

  it("stay few however many segments there are", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => segment(at / 10, at / 10 + 0.05));
    expect(stretchesOn(many, domain)).toHaveLength(1);
  });
});
