import { describe, expect, it } from "vitest";
import type { Span } from "../../trace-contract.ts";
import { foldedRows } from "./repeats.ts";
import { searchTrace } from "./trace-search.ts";
import { buildTraceTree, type TraceTree, type TreeSpan } from "./trace-tree.ts";
import { nextIn, rowOf, treeKey } from "./waterfall-keys.ts";

/** The rows of a tree without folded calls. */
const visibleRows = (tree: TraceTree<TreeSpan>, collapsed: ReadonlySet<string>) =>
  foldedRows(tree, collapsed, new Map(), new Set());

const usage = { input_uncached: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 };
const span = (id: string, parent: string | null, more: Partial<Span> = {}): Span => ({
  trace_id: "t",
  span_id: id,
  parent_span_id: parent,
  name: `span ${id}`,
  kind: "internal",
  operation: "",
  status: "ok",
  error: null,
  start_time: "2026-01-01T00:00:00.000Z",
  end_time: "2026-01-01T00:00:00.010Z",
  duration_ms: 10,
  service: "api",
  agent: "",
  model: "",
  provider: "",
  tool: "",
  usage,
  cost_usd: null,
  session_id: "",
  user_id: "",
  time_to_first_token_ms: null,
  ...more,
});
const tree = buildTraceTree([
  span("a", null),
  span("b", "a", { model: "gpt-5", error: { type: "Timeout", message: "took too long" } }),
  span("c", "b", { tool: "weather" }),
  span("d", "a"),
]);

describe("keys in the tree", () => {
  const none: ReadonlySet<string> = new Set();
  const closedB = new Set(["b"]);
  it.each([
    ["ArrowDown", none, 0, { focus: 1 }],
    ["ArrowDown", closedB, 1, { focus: 3 }],
    ["ArrowDown", none, 3, { focus: 3 }],
    ["ArrowUp", none, 0, { focus: 0 }],
    ["ArrowRight", closedB, 1, { expand: "b" }],
    ["ArrowRight", none, 1, { focus: 2 }],
    ["ArrowRight", none, 2, {}],
    ["ArrowLeft", none, 1, { collapse: "b" }],
    ["ArrowLeft", closedB, 1, { focus: 0 }],
    ["ArrowLeft", none, 2, { focus: 1 }],
    ["Home", none, 3, { focus: 0 }],
    ["End", none, 0, { focus: 3 }],
    ["PageDown", none, 0, { focus: 3 }],
    ["PageUp", none, 3, { focus: 0 }],
    ["q", none, 3, null],
  ] as const)("%s with %o closed, from row %d: %o", (key, collapsed, from, effect) => {
    expect(treeKey(tree, visibleRows(tree, collapsed), collapsed, from, key)).toEqual(effect);
  });

  it("start at the first row when the focus is hidden, and do nothing in an empty tree", () => {
    expect(treeKey(tree, [0, 1, 3], closedB, 2, "ArrowDown")).toEqual({ focus: 1 });
    expect(treeKey(buildTraceTree<Span>([]), [], none, 0, "ArrowDown")).toBeNull();
  });
});

it("rows are found by bisection", () => {
  expect([0, 1, 2, 3].map((index) => rowOf([0, 1, 3], index))).toEqual([0, 1, -1, 2]);
});

it.each([
  [[2, 5, 9], 5, 1, 9],
  [[2, 5, 9], 9, 1, 2],
  [[2, 5, 9], 5, -1, 2],
  [[2, 5, 9], 2, -1, 9],
  [[], 2, 1, -1],
] as const)("the next of %o after %d going %d is %d", (list, from, direction, expected) => {
  expect(nextIn(list, from, direction)).toBe(expected);
});

it.each([
  ["GPT", [1]],
  ["timeout long", [1]],
  ["weather", [2]],
  ["span", [0, 1, 2, 3]],
  ["  ", []],
  ["nothing such", []],
])("searching the trace for %o finds %o", (query, hits) => {
  expect(searchTrace(tree, query)).toEqual(hits);
});
