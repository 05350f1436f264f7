import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Span } from "../../trace-contract.ts";
import { arbitraryTrace, testSpan as span } from "./testing/test-spans.ts";
import { diffTraces } from "./trace-diff.ts";
import { buildTraceTree } from "./trace-tree.ts";

const MARK = { same: "=", changed: "~", added: "+", removed: "-" };
const shown = (before: Span[], after: Span[]) => {
  const [a, b] = [buildTraceTree(before), buildTraceTree(after)];
  return diffTraces(a, b)
    .rows.map((row) => `${MARK[row.kind]}${a.nodes[row.a]?.span?.name ?? b.nodes[row.b]?.span?.name}`)
    .join(" ");
};
const root = span("r", null, 0, 100, { name: "run" });
const step = (id: string, name: string, at: number, more: Partial<Span> = {}) =>
  span(id, "r", at, 10, { name, ...more });

describe("the difference of two traces", () => {
  it.each<[string, Span[], Span[], string]>([
    ["of equal ones is none", [root, step("a", "plan", 0)], [root, step("x", "plan", 5)], "=run =plan"],
    [
      "shows a step that was added where it came",
      [root, step("a", "plan", 0), step("b", "write", 20)],
      [root, step("a", "plan", 0), step("n", "search", 10), step("b", "write", 20)],
      "=run =plan +search =write",
    ],
    [
      "shows a step that is gone, with what was below it",
      [root, step("a", "plan", 0), span("a1", "a", 1, 5, { name: "chat" })],
      [root],
      "=run -plan -chat",
    ],
    [
      "knows a step by its name without ids and numbers",
      [root, step("a", "step 1 of run 4bf92f3577b34da6", 0)],
      [root, step("x", "step 2 of run 00f067aa0ba902b7", 0)],
      "=run =step 1 of run 4bf92f3577b34da6",
    ],
    [
      "compares two agents step by step, though their roots have other names",
      [span("r", null, 0, 100, { name: "run a", agent: "a" }), step("s", "search", 0, { agent: "a" })],
      [span("r", null, 0, 100, { name: "run b", agent: "b" }), step("s", "search", 0, { agent: "b" })],
      "~run a =search",
    ],
    [
      "tells another model, status or usage",
      [root, step("a", "chat", 0, { model: "one" }), step("b", "tool", 20)],
      [root, step("a", "chat", 0, { model: "two" }), step("b", "tool", 20, { status: "error" })],
      "=run ~chat ~tool",
    ],
  ])("%s", (_, before, after, expected) => {
    expect(shown(before, after)).toBe(expected);
  });

  it("measures what changed", () => {
    const a = buildTraceTree([span("r", null, 0, 100, { cost_usd: 0.1 })]);
    const b = buildTraceTree([span("r", null, 0, 150, { cost_usd: 0.3 })]);
    const [row] = diffTraces(a, b).rows;
    expect(row).toMatchObject({ kind: "changed", durationMs: 50, tokens: 0 });
    expect(row!.cost).toBeCloseTo(0.2);
  });

  it("names every span of both exactly once, and finds nothing between a trace and itself", () => {
    fc.assert(
      fc.property(arbitraryTrace, arbitraryTrace, (before, after) => {
        const [a, b] = [buildTraceTree(before), buildTraceTree(after)];
        const { rows } = diffTraces(a, b);
        const indexes = (side: "a" | "b") =>
          rows
            .map((row) => row[side])
            .filter((at) => at >= 0)
            .sort((x, y) => x - y);
        expect(indexes("a")).toEqual(a.nodes.map((node) => node.index));
        expect(indexes("b")).toEqual(b.nodes.map((node) => node.index));
        expect(diffTraces(a, a).rows.every((row) => row.kind === "same" && row.a === row.b)).toBe(true);
        const { counts } = diffTraces(b, a);
        const there = diffTraces(a, b).counts;
        expect([counts.added, counts.removed]).toEqual([there.removed, there.added]);
      }),
    );
  });
});
