import type { Span } from "../../trace-contract.ts";
import { parseTimeMs } from "./trace-time.ts";

/** What the tree needs of a span. */
export type TreeSpan = Pick<
  Span,
  "span_id" | "parent_span_id" | "start_time" | "duration_ms" | "status" | "service" | "usage" | "cost_usd"
>;

/** What a node and everything below it add up to. */
export interface Rollup {
  spans: number;
  errors: number;
  /** An agent span often repeats the sum of its calls, so a level counts as the larger of the two. */
  tokens: number;
  /** US dollars; null where nothing below has a price. */
  cost: number | null;
}

/** One row of the waterfall. Nodes stand in pre-order: those below a node are `index + 1 … end - 1`. */
export interface TreeNode<S extends TreeSpan = Span> {
  /** Span id, or `missing:<id>` of a placeholder. */
  id: string;
  /** Null for the placeholder of a parent that was named but not received. */
  span: S | null;
  index: number;
  /** Index of the parent; -1 for a root. */
  parent: number;
  depth: number;
  /** One past the last descendant's index. */
  end: number;
  childCount: number;
  /** Place among its siblings, from 1. */
  nth: number;
  /** Drawn start, epoch milliseconds, clock skew taken out. */
  startMs: number;
  endMs: number;
  /** By how many ms the recorded start precedes the parent's; 0 where clocks agree. */
  skewMs: number;
  /** The span names itself or one of its descendants as its parent, so the loop was cut here. */
  loop: boolean;
  rollup: Rollup;
}

export interface TraceTree<S extends TreeSpan = Span> {
  nodes: TreeNode<S>[];
  byId: Map<string, TreeNode<S>>;
  startMs: number;
  endMs: number;
  /** Indexes of the spans with status error, in the order of the rows. */
  errors: number[];
  maxDepth: number;
  rootCount: number;
}

/** Differences below this are a clock's resolution, not a wrong clock. */
const SKEW_TOLERANCE_MS = 1.5;

export const missingId = (parentId: string) => `missing:${parentId}`;

const usageTotal = (usage: TreeSpan["usage"]) =>
  usage.input_uncached + usage.cache_read + usage.cache_write + usage.output + usage.reasoning;

/**
 * Builds the rows of a trace in O(n log n) of the sort, O(n) where spans arrive in order of their start.
 * Every distinct span id becomes one node whatever the parents say: an absent parent becomes a placeholder
 * root, a loop is cut at its earliest span, of two spans with one id the longer stays. No recursion, so
 * depth is bounded by memory alone.
 */
export function buildTraceTree<S extends TreeSpan>(input: readonly S[]): TraceTree<S> {
  const { spans, starts } = distinctInOrder(input);
  const n = spans.length;
  const position = new Map<string, number>();
  for (let i = 0; i < n; i++) position.set(spans[i]!.span_id, i);

  // Children as linked lists in arrays: placeholders take the positions from n on.
  const parentOf = new Int32Array(n).fill(-1);
  const missing: string[] = [];
  const missingAt = new Map<string, number>();
  const loop = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const span = spans[i]!;
    const parentId = span.parent_span_id;
    if (!parentId) continue;
    if (parentId === span.span_id) {
      loop[i] = 1;
      continue;
    }
    let at = position.get(parentId);
    if (at === undefined) {
      at = missingAt.get(parentId);
      if (at === undefined) {
        at = n + missing.length;
        missingAt.set(parentId, at);
        missing.push(parentId);
      }
    }
    parentOf[i] = at;
  }
  cutLoops(parentOf, n, loop);

  const total = n + missing.length;
  const firstChild = new Int32Array(total).fill(-1);
  const nextSibling = new Int32Array(total).fill(-1);
  const childCount = new Int32Array(total);
  const roots: number[] = [];
  // From the last to the first, so that each list comes out in order of start.
  for (let i = n - 1; i >= 0; i--) {
    const p = parentOf[i]!;
    if (p < 0) {
      roots.push(i);
      continue;
    }
    nextSibling[i] = firstChild[p]!;
    firstChild[p] = i;
    childCount[p]!++;
  }
  for (let m = n; m < total; m++) roots.push(m);
  const startOf = (i: number) => starts[i < n ? i : firstChild[i]!]!;
  roots.sort((a, b) => startOf(a) - startOf(b) || a - b);

  const nodes: TreeNode<S>[] = [];
  const byId = new Map<string, TreeNode<S>>();
  // A stack of positions with the row of each one's parent; every position is on it once.
  const stack = new Int32Array(total);
  const rowAbove = new Int32Array(total).fill(-1);
  const placed = new Int32Array(total);
  let rootsPlaced = 0;
  let top = 0;
  for (let r = roots.length - 1; r >= 0; r--) stack[top++] = roots[r]!;
  while (top > 0) {
    const at = stack[--top]!;
    const parent = rowAbove[at]!;
    const span = at < n ? spans[at]! : null;
    const above = parent < 0 ? null : nodes[parent]!;
    const index = nodes.length;
    const node: TreeNode<S> = {
      id: span ? span.span_id : missingId(missing[at - n]!),
      span,
      index,
      parent,
      depth: above ? above.depth + 1 : 0,
      end: index + 1,
      childCount: childCount[at]!,
      nth: parent < 0 ? ++rootsPlaced : ++placed[parent]!,
      startMs: startOf(at),
      endMs: 0,
      skewMs: 0,
      loop: at < n && loop[at] === 1,
      rollup: { spans: span ? 1 : 0, errors: span?.status === "error" ? 1 : 0, tokens: 0, cost: null },
    };
    nodes.push(node);
    byId.set(node.id, node);
    // Children go onto the stack back to front; the list runs front to back, so turn that stretch over.
    const from = top;
    for (let c = firstChild[at]!; c >= 0; c = nextSibling[c]!) {
      stack[top++] = c;
      rowAbove[c] = index;
    }
    stack.subarray(from, top).reverse();
  }
  placeInTime(nodes);
  rollUp(nodes);
  return { nodes, byId, rootCount: rootsPlaced, ...extent(nodes) };
}

/** Spans by start, then id; of several with one id only the longest. Unreadable times count as the earliest. */
function distinctInOrder<S extends TreeSpan>(input: readonly S[]) {
  const seen = new Map<string, number>();
  let spans: S[] = [];
  for (const span of input) {
    const at = seen.get(span.span_id);
    if (at === undefined) {
      seen.set(span.span_id, spans.length);
      spans.push(span);
    } else if (span.duration_ms > spans[at]!.duration_ms) {
      spans[at] = span;
    }
  }
  let starts = new Float64Array(spans.length);
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < spans.length; i++) {
    const ms = parseTimeMs(spans[i]!.start_time);
    starts[i] = ms;
    if (ms < earliest) earliest = ms;
  }
  let sorted = true;
  for (let i = 0; i < spans.length; i++) {
    if (Number.isNaN(starts[i]!)) starts[i] = earliest === Number.POSITIVE_INFINITY ? 0 : earliest;
    if (i > 0 && starts[i]! < starts[i - 1]!) sorted = false;
  }
  if (!sorted) {
    const order = Array.from(spans.keys());
    const ids = spans;
    const times = starts;
    order.sort((a, b) => times[a]! - times[b]! || (ids[a]!.span_id < ids[b]!.span_id ? -1 : 1));
    spans = order.map((i) => ids[i]!);
    starts = Float64Array.from(order, (i) => times[i]!);
  }
  return { spans, starts };
}

/** Makes the earliest span of every loop of parents a root. Each span is walked over once. */
function cutLoops(parentOf: Int32Array, n: number, loop: Uint8Array) {
  const walk = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    if (walk[i] !== 0) continue;
    let at = i;
    while (at >= 0 && at < n && walk[at] === 0) {
      walk[at] = i + 1;
      at = parentOf[at]!;
    }
    if (at < 0 || at >= n || walk[at] !== i + 1) continue;
    // Positions are in order of start, so the lowest one on the loop is its earliest span.
    let earliest = at;
    for (let on = parentOf[at]!; on !== at; on = parentOf[on]!) if (on < earliest) earliest = on;
    parentOf[earliest] = -1;
    loop[earliest] = 1;
  }
}

/**
 * Takes clock skew out. A child cannot start before the call that caused it, so where it does, the clocks of
 * two hosts disagree: it is moved to its parent's start with its length kept, and spans of the same service
 * below it, which share its clock, move along.
 */
function placeInTime<S extends TreeSpan>(nodes: TreeNode<S>[]) {
  const shifts = new Float64Array(nodes.length);
  for (const node of nodes) {
    const span = node.span;
    if (!span) {
      node.endMs = node.startMs;
      continue;
    }
    const above = node.parent < 0 ? null : nodes[node.parent]!;
    let shift = above?.span && above.span.service === span.service ? shifts[node.parent]! : 0;
    let start = node.startMs + shift;
    if (above?.span && start < above.startMs) {
      const skew = above.startMs - start;
      shift += skew;
      start = above.startMs;
      if (skew > SKEW_TOLERANCE_MS) node.skewMs = skew;
    }
    shifts[node.index] = shift;
    node.startMs = start;
    node.endMs = start + (span.duration_ms > 0 && Number.isFinite(span.duration_ms) ? span.duration_ms : 0);
  }
}

/** Fills `end` and `rollup` from the last row to the first: a parent stands before all of its descendants. */
function rollUp<S extends TreeSpan>(nodes: TreeNode<S>[]) {
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const roll = node.rollup;
    // Until here `roll` holds the sum of the children.
    if (node.span) {
      const own = usageTotal(node.span.usage);
      if (own > roll.tokens) roll.tokens = own;
      const price = node.span.cost_usd;
      if (price !== null && (roll.cost === null || price > roll.cost)) roll.cost = price;
    }
    if (node.parent < 0) continue;
    const above = nodes[node.parent]!;
    if (node.end > above.end) above.end = node.end;
    above.rollup.spans += roll.spans;
    above.rollup.errors += roll.errors;
    above.rollup.tokens += roll.tokens;
    if (roll.cost !== null) above.rollup.cost = (above.rollup.cost ?? 0) + roll.cost;
    if (!above.span && node.endMs > above.endMs) above.endMs = node.endMs;
  }
}

function extent<S extends TreeSpan>(nodes: TreeNode<S>[]) {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  let maxDepth = 0;
  const errors: number[] = [];
  for (const node of nodes) {
    if (node.startMs < startMs) startMs = node.startMs;
    if (node.endMs > endMs) endMs = node.endMs;
    if (node.depth > maxDepth) maxDepth = node.depth;
    if (node.span?.status === "error") errors.push(node.index);
  }
  return nodes.length > 0 ? { startMs, endMs, maxDepth, errors } : { startMs: 0, endMs: 0, maxDepth, errors };
}

/** `collapsed` without the ancestors of a node, so that it shows; the same set if none was collapsed. */
export function revealed<S extends TreeSpan>(
  tree: TraceTree<S>,
  collapsed: ReadonlySet<string>,
  index: number,
): ReadonlySet<string> {
  let open: Set<string> | null = null;
  for (let at = tree.nodes[index]?.parent ?? -1; at >= 0; at = tree.nodes[at]!.parent) {
    const id = tree.nodes[at]!.id;
    if (!collapsed.has(id)) continue;
    open ??= new Set(collapsed);
    open.delete(id);
  }
  return open ?? collapsed;
}

/** Ids of all nodes that have something below them. */
export function collapsibleIds<S extends TreeSpan>(tree: TraceTree<S>): Set<string> {
  const ids = new Set<string>();
  for (const node of tree.nodes) if (node.childCount > 0) ids.add(node.id);
  return ids;
}
