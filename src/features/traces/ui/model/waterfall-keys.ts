import type { TraceTree, TreeSpan } from "./trace-tree.ts";

/** What a key does to the tree: at most one of the three. */
export interface KeyEffect {
  /** Index of the node that takes the focus. */
  focus?: number;
  expand?: string;
  collapse?: string;
}

/**
 * The keyboard of the WAI-ARIA tree pattern: up and down walk the visible rows, right opens a node or steps
 * into it, left closes it or steps out, Home and End jump. Null for a key that means nothing here.
 */
export function treeKey<S extends TreeSpan>(
  tree: TraceTree<S>,
  rows: readonly number[],
  collapsed: ReadonlySet<string>,
  focused: number,
  key: string,
  pageSize = 10,
): KeyEffect | null {
  const row = Math.max(0, rowOf(rows, focused));
  const node = tree.nodes[rows[row] ?? -1];
  if (!node) return null;
  const closed = collapsed.has(node.id);
  switch (key) {
    case "ArrowDown":
      return { focus: rows[Math.min(rows.length - 1, row + 1)] };
    case "ArrowUp":
      return { focus: rows[Math.max(0, row - 1)] };
    case "PageDown":
      return { focus: rows[Math.min(rows.length - 1, row + pageSize)] };
    case "PageUp":
      return { focus: rows[Math.max(0, row - pageSize)] };
    case "Home":
      return { focus: rows[0] };
    case "End":
      return { focus: rows[rows.length - 1] };
    case "ArrowRight":
      if (node.childCount === 0) return {};
      return closed ? { expand: node.id } : { focus: node.index + 1 };
    case "ArrowLeft":
      if (node.childCount > 0 && !closed) return { collapse: node.id };
      return node.parent >= 0 ? { focus: node.parent } : {};
    default:
      return null;
  }
}

/** Row number of a node index by bisection; rows ascend. -1 if it is hidden. */
export function rowOf(rows: readonly number[], index: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low <= high) {
    const mid = (low + high) >> 1;
    const value = rows[mid]!;
    if (value === index) return mid;
    if (value < index) low = mid + 1;
    else high = mid - 1;
  }
  return -1;
}

/** The next (or previous) index of an ascending list, seen from `from`, wrapping round; -1 if it is empty. */
export function nextIn(sorted: readonly number[], from: number, direction: 1 | -1): number {
  if (sorted.length === 0) return -1;
  if (direction === 1) return sorted.find((index) => index > from) ?? sorted[0]!;
  for (let i = sorted.length - 1; i >= 0; i--) if (sorted[i]! < from) return sorted[i]!;
  return sorted[sorted.length - 1]!;
}
