import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../../trace-contract.ts";
import { findRepeats, foldedRows, unfoldedFor } from "./repeats.ts";
import { arbitraryTrace, testSpan } from "./testing/test-spans.ts";
import { buildTraceTree } from "./trace-tree.ts";

const NONE: ReadonlySet<string> = new Set();
const calls = (count: number, more: (at: number) => Partial<Span> = () => ({})) => [
  testSpan("root", null, 0, 1000),
  ...Array.from({ length: count }, (_, at) =>
    testSpan(`c${at}`, "root", at * 10, 5, { name: "search", ...more(at) }),
  ),
];

describe("repeated calls", () => {
  it("in a row become one row that sums them up", () => {
    const tree = buildTraceTree(calls(5, () => ({ cost_usd: 0.5 })));
    const [repeat] = findRepeats(tree).values();
    expect(repeat).toMatchObject({ first: 1, end: 6, totalMs: 25, cost: 2.5 });
    expect(repeat!.endMs - repeat!.startMs).toBe(45);
    expect(foldedRows(tree, NONE, findRepeats(tree), NONE)).toEqual([0, 1]);
    expect(foldedRows(tree, NONE, findRepeats(tree), new Set(["c0"]))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("stay rows of their own while they are few", () => {
    expect(findRepeats(buildTraceTree(calls(3))).size).toBe(0);
  });

  it("do not hide one that failed, or that differs", () => {
    const failing = buildTraceTree(calls(9, (at) => ({ status: at === 4 ? "error" : "ok" })));
    expect([...findRepeats(failing).values()].map((repeat) => repeat.members)).toEqual([
      [1, 2, 3, 4],
      [6, 7, 8, 9],
    ]);
    const other = buildTraceTree(calls(7, (at) => ({ tool: at === 3 ? "other" : "same" })));
    expect(findRepeats(other).size).toBe(0);
  });

  it("take what is below them along", () => {
    const spans = calls(4).concat(testSpan("deep", "c2", 20, 1));
    const tree = buildTraceTree(spans);
    expect(foldedRows(tree, NONE, findRepeats(tree), NONE)).toEqual([0, 1]);
    const deep = tree.byId.get("deep")!.index;
    const open = unfoldedFor(tree, findRepeats(tree), NONE, deep);
    expect(foldedRows(tree, NONE, findRepeats(tree), open)).toContain(deep);
  });

  it("leave every span within reach", () => {
    fc.assert(
      fc.property(arbitraryTrace, (spans) => {
        const tree = buildTraceTree(spans);
        const repeats = findRepeats(tree, 2);
        for (const node of tree.nodes) {
          const rows = foldedRows(tree, NONE, repeats, unfoldedFor(tree, repeats, NONE, node.index));
          expect(rows).toContain(node.index);
          expect(rows).toEqual([...rows].sort((a, b) => a - b));
        }
      }),
    );
  });
});
