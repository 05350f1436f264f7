import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldedRows } from "./repeats.ts";
import {
  buildTraceTree,
  collapsibleIds,
  missingId,
  revealed,
  type TraceTree,
  type TreeSpan,
} from "./trace-tree.ts";

/** The rows of a tree without folded calls. */
const visibleRows = (tree: TraceTree<TreeSpan>, collapsed: ReadonlySet<string>) =>
  foldedRows(tree, collapsed, new Map(), new Set());

const usage = { input_uncached: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 };

/** A span that starts `start` ms into the minute. */
function span(id: string, parent: string | null, start: number, more: Partial<TreeSpan> = {}): TreeSpan {
  return {
    span_id: id,
    parent_span_id: parent,
    start_time: new Date(Date.UTC(2026, 0, 1) + start).toISOString(),
    duration_ms: 10,
    status: "unset",
    service: "api",
    usage,
    cost_usd: null,
    ...more,
  };
}

const outline = (tree: TraceTree<TreeSpan>) =>
  tree.nodes.map((node) => `${"-".repeat(node.depth)}${node.id}`).join(" ");

describe("a trace's tree", () => {
  const cases: [string, TreeSpan[], string][] = [
    ["is empty without spans", [], ""],
    [
      "puts children below parents, by start",
      [span("a", null, 0), span("c", "a", 5), span("b", "a", 2), span("d", "b", 3)],
      "a -b --d -c",
    ],
    [
      "gives spans of a parent not received one placeholder",
      [span("a", "x", 3), span("b", "x", 1), span("r", null, 0)],
      "r missing:x -b -a",
    ],
    ["makes a span that is its own parent a root", [span("a", "a", 0), span("b", "a", 1)], "a -b"],
    [
      "cuts a loop at its earliest span",
      [span("c", "b", 3), span("a", "c", 1), span("b", "a", 2), span("t", "b", 4)],
      "a -b --c --t",
    ],
    ["keeps several roots, by start", [span("b", null, 2), span("a", null, 1)], "a b"],
    [
      "keeps the longer of two spans with one id",
      [span("a", null, 0), span("a", null, 0, { duration_ms: 99 })],
      "a",
    ],
    ["survives a time it cannot read", [span("a", null, 5), span("b", "a", 6, { start_time: "?" })], "a -b"],
  ];
  it.each(cases)("%s", (_, spans, expected) => {
    expect(outline(buildTraceTree(spans))).toBe(expected);
  });

  it("keeps every span once, whatever the parents say", () => {
    const id = fc.integer({ min: 0, max: 30 }).map((n) => `s${n}`);
    const anySpan = fc
      .record({
        id,
        parent: fc.option(id),
        start: fc.integer({ min: 0, max: 100 }),
        tokens: fc.nat(50),
        failed: fc.boolean(),
        service: fc.constantFrom("api", "db"),
      })
      .map(({ id, parent, start, tokens, failed, service }) =>
        span(id, parent, start, {
          service,
          status: failed ? "error" : "ok",
          usage: { ...usage, output: tokens },
        }),
      );
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 60 }), (spans) => {
        const tree = buildTraceTree(spans);
        const shown = tree.nodes.filter((node) => node.span).map((node) => node.id);
        expect(new Set(shown)).toEqual(new Set(spans.map((one) => one.span_id)));
        expect(shown).toHaveLength(new Set(shown).size);
        let roots = 0;
        for (const node of tree.nodes) {
          expect(tree.nodes[node.index]).toBe(node);
          expect(node.end).toBeGreaterThan(node.index);
          expect(node.endMs).toBeGreaterThanOrEqual(node.startMs);
          if (node.parent < 0) {
            roots += node.rollup.spans;
            continue;
          }
          const above = tree.nodes[node.parent]!;
          expect(node.depth).toBe(above.depth + 1);
          expect(node.end).toBeLessThanOrEqual(above.end);
          expect(node.startMs).toBeGreaterThanOrEqual(above.startMs);
          expect(above.rollup.tokens).toBeGreaterThanOrEqual(node.rollup.tokens);
        }
        expect(roots).toBe(shown.length);
        expect(visibleRows(tree, new Set())).toHaveLength(tree.nodes.length);
        expect(visibleRows(tree, collapsibleIds(tree))).toHaveLength(
          tree.nodes.filter((node) => node.parent < 0).length,
        );
      }),
    );
  });

  it("is the same for spans in any order", () => {
    const spans = Array.from({ length: 40 }, (_, i) =>
      span(`s${i}`, i === 0 ? null : `s${Math.floor((i - 1) / 3)}`, i),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(spans, { minLength: 40 }), (shuffled) => {
        expect(outline(buildTraceTree(shuffled))).toBe(outline(buildTraceTree(spans)));
      }),
    );
  });

  it("survives a chain of 100,000 and a loop of 100,000", () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`, i));
    const tree = buildTraceTree(chain);
    expect(tree.maxDepth).toBe(99_999);
    expect(tree.nodes[0]!.rollup.spans).toBe(100_000);
    const ring = buildTraceTree([{ ...chain[0]!, parent_span_id: "s99999" }, ...chain.slice(1)]);
    expect(ring.nodes[0]).toMatchObject({ id: "s0", loop: true });
    expect(ring.nodes).toHaveLength(100_000);
  });
});

describe("a roll-up", () => {
  it("does not count calls twice when the agent span repeats their sum", () => {
    const tree = buildTraceTree([
      span("agent", null, 0, { usage: { ...usage, output: 30 }, cost_usd: 0.5 }),
      span("a", "agent", 1, { usage: { ...usage, output: 10, cache_read: 5 }, cost_usd: 0.2 }),
      span("b", "agent", 2, { usage: { ...usage, output: 15 }, cost_usd: 0.3, status: "error" }),
    ]);
    expect(tree.nodes[0]!.rollup).toEqual({ spans: 3, errors: 1, tokens: 30, cost: 0.5 });
    expect(tree.errors).toEqual([2]);
  });

  it("adds up calls that the agent span says nothing about, and knows no price as none", () => {
    const tree = buildTraceTree([
      span("agent", null, 0),
      span("a", "agent", 1, { usage: { ...usage, output: 10 } }),
      span("b", "agent", 2, { usage: { ...usage, output: 15 } }),
    ]);
    expect(tree.nodes[0]!.rollup).toEqual({ spans: 3, errors: 0, tokens: 25, cost: null });
  });
});

describe("clock skew", () => {
  it("moves a child that starts before its parent to the parent's start, length kept", () => {
    const tree = buildTraceTree([
      span("a", null, 1000, { duration_ms: 100 }),
      span("b", "a", 400, { service: "db", duration_ms: 50 }),
      span("c", "b", 410, { service: "db" }),
      span("d", "b", 1020, { service: "api" }),
    ]);
    const at = (id: string) => tree.byId.get(id)!;
    expect(at("b")).toMatchObject({ skewMs: 600, startMs: at("a").startMs });
    expect(at("b").endMs - at("b").startMs).toBe(50);
    expect(at("c")).toMatchObject({ skewMs: 0, startMs: at("a").startMs + 10 });
    expect(at("d")).toMatchObject({ skewMs: 0, startMs: at("a").startMs + 20 });
  });

  it("says nothing about a difference of one millisecond", () => {
    const tree = buildTraceTree([span("a", null, 1), span("b", "a", 0)]);
    expect(tree.byId.get("b")).toMatchObject({ skewMs: 0, startMs: tree.byId.get("a")!.startMs });
  });
});

describe("rows", () => {
  const tree = buildTraceTree([span("a", null, 0), span("b", "a", 1), span("c", "b", 2), span("d", "a", 3)]);

  it("leave out what is below a collapsed node", () => {
    expect(visibleRows(tree, new Set(["b"]))).toEqual([0, 1, 3]);
    expect(visibleRows(tree, new Set(["a"]))).toEqual([0]);
  });

  it("show a node again by opening its ancestors only", () => {
    expect(revealed(tree, new Set(["a", "b"]), 2)).toEqual(new Set());
    const only = new Set(["b"]);
    expect(revealed(tree, only, 3)).toBe(only);
  });

  it("name a placeholder after the parent it stands for", () => {
    expect(buildTraceTree([span("a", "gone", 0)]).byId.has(missingId("gone"))).toBe(true);
  });
});
