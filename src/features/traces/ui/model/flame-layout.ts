import type { TraceTree, TreeSpan } from "./trace-tree.ts";
import type { TimeDomain } from "./waterfall-layout.ts";

export interface FlameLayout {
  /** Row of each node, by index; 0 is the topmost. */
  row: Int32Array;
  rowCount: number;
}

/**
 * Rows of a flame graph: below its parent, in the first row where nothing that came before it is in the way.
 * Calls side by side thus get rows of their own, and no two boxes of one row overlap.
 */
export function layoutFlame<S extends TreeSpan>({ nodes }: TraceTree<S>): FlameLayout {
  const row = new Int32Array(nodes.length);
  /** Where the last box of each row ends. */
  const free: number[] = [];
  for (const node of nodes) {
    let at = node.parent < 0 ? 0 : row[node.parent]! + 1;
    while (at < free.length && free[at]! > node.startMs) at++;
    row[node.index] = at;
    while (free.length < at) free.push(Number.NEGATIVE_INFINITY);
    free[at] = Math.max(free[at] ?? Number.NEGATIVE_INFINITY, node.endMs);
  }
  return { row, rowCount: free.length };
}

/** Index of the box at a time in a row; of several the deepest, -1 if there is none within `slackMs`. */
export function boxAt<S extends TreeSpan>(
  tree: TraceTree<S>,
  { row }: FlameLayout,
  timeMs: number,
  wantedRow: number,
  slackMs = 0,
): number {
  let best = -1;
  let bestGap = slackMs;
  for (const node of tree.nodes) {
    if (row[node.index] !== wantedRow) continue;
    const gap = Math.max(node.startMs - timeMs, timeMs - node.endMs, 0);
    if (gap <= bestGap) {
      best = node.index;
      bestGap = gap;
    }
  }
  return best;
}

/** The shortest stretch of time one can zoom to, milliseconds. */
const MIN_LENGTH_MS = 0.001;

/** `view` zoomed by a factor (below 1: closer) around a time, and kept within the whole. */
export function zoomed(whole: TimeDomain, view: TimeDomain, factor: number, aroundMs: number): TimeDomain {
  const wanted = (view.endMs - view.startMs) * factor;
  const length = Math.min(whole.endMs - whole.startMs, Math.max(MIN_LENGTH_MS, wanted));
  const share = (aroundMs - view.startMs) / (view.endMs - view.startMs);
  return within(whole, aroundMs - share * length, length);
}

/** `view` moved by so many milliseconds, and kept within the whole. */
export function panned(whole: TimeDomain, view: TimeDomain, byMs: number): TimeDomain {
  return within(whole, view.startMs + byMs, view.endMs - view.startMs);
}

/** A stretch with some air around it, such as one span's. */
export function fitted(whole: TimeDomain, startMs: number, endMs: number): TimeDomain {
  const length = Math.max(MIN_LENGTH_MS, endMs - startMs);
  return within(
    whole,
    startMs - length * 0.05,
    Math.min(whole.endMs - whole.startMs, Math.max(length * 1.1, MIN_LENGTH_MS)),
  );
}

function within(whole: TimeDomain, startMs: number, length: number): TimeDomain {
  const start = Math.min(Math.max(startMs, whole.startMs), whole.endMs - length);
  return { startMs: start, endMs: start + length };
}

export type FlameMove = "up" | "down" | "left" | "right";

/**
 * Where an arrow leads: up to the parent, down to the first child, left and right to the next box of the same
 * row. The same index where there is nothing that way.
 */
export function flameMove<S extends TreeSpan>(
  tree: TraceTree<S>,
  { row }: FlameLayout,
  from: number,
  move: FlameMove,
): number {
  const node = tree.nodes[from];
  if (!node) return tree.nodes.length > 0 ? 0 : -1;
  if (move === "up") return node.parent >= 0 ? node.parent : from;
  if (move === "down") return node.childCount > 0 ? from + 1 : from;
  let best = from;
  for (const other of tree.nodes) {
    if (other.index === from || row[other.index] !== row[from]) continue;
    const before = isBefore(other, node);
    if (before !== (move === "left")) continue;
    if (best === from || isBefore(tree.nodes[best]!, other) === (move === "left")) best = other.index;
  }
  return best;
}

const isBefore = (a: { startMs: number; index: number }, b: { startMs: number; index: number }) =>
  a.startMs < b.startMs || (a.startMs === b.startMs && a.index < b.index);
