import type { Span } from "../../trace-contract.ts";
import { groupOf } from "./operations.ts";
import type { TraceTree, TreeNode } from "./trace-tree.ts";

export type DiffKind = "same" | "changed" | "added" | "removed";

/** One row of a comparison: a span of the first trace, one of the second, or one of each. */
export interface DiffRow {
  kind: DiffKind;
  depth: number;
  /** Index in the first trace; -1 for an added span. */
  a: number;
  /** Index in the second trace; -1 for a removed span. */
  b: number;
  /** Milliseconds, tokens and US dollars that the second has more; null where one side has none. */
  durationMs: number | null;
  tokens: number | null;
  cost: number | null;
}

export interface TraceDiff {
  rows: DiffRow[];
  counts: Record<DiffKind, number>;
}

/** A duration counts as changed from this share and this many milliseconds on: below is noise. */
const CHANGED_SHARE = 0.2;
const CHANGED_MS = 5;

/**
 * What makes two spans the same step: what was done, and by which agent where an agent was called; ids and digits in
 * a name are not part of it.
 */
function stepOf({ span, id }: TreeNode<Span>): string {
  if (!span) return `missing ${id}`;
  const name = span.name.replace(/[0-9a-f]{8,}|\d+/gi, "#");
  const agent = groupOf(span) === "agent" ? span.agent : "";
  return [span.operation, agent, span.tool, name].join("\u0000");
}

/**
 * Aligns two traces from the roots down: among the children of two spans that are the same step, those with
 * the same operation, agent, tool and name are the same step too, in order. Everything else was added or
 * removed with all that is below it. Steps that are side by side may have changed places. Where both have one root,
 * the roots are the same step whatever they are called: one compares agents and versions of agents.
 */
export function diffTraces(a: TraceTree<Span>, b: TraceTree<Span>): TraceDiff {
  const rows: DiffRow[] = [];
  const counts: Record<DiffKind, number> = { same: 0, changed: 0, added: 0, removed: 0 };
  const push = (row: DiffRow) => {
    rows.push(row);
    counts[row.kind]++;
  };
  const whole = (tree: TraceTree<Span>, index: number, kind: "added" | "removed") => {
    for (let at = index; at < tree.nodes[index]!.end; at++) {
      const { depth } = tree.nodes[at]!;
      push({
        kind,
        depth,
        a: kind === "removed" ? at : -1,
        b: kind === "added" ? at : -1,
        ...NO_DELTA,
      });
    }
  };
  const isWhole = a.rootCount === 1 && b.rootCount === 1;
  const stack: [number, number][] = isWhole
    ? [[0, 0]]
    : pairs(a, 0, a.nodes.length, b, 0, b.nodes.length).reverse();
  while (stack.length > 0) {
    const [ia, ib] = stack.pop()!;
    if (ia < 0) whole(b, ib, "added");
    else if (ib < 0) whole(a, ia, "removed");
    else {
      const [na, nb] = [a.nodes[ia]!, b.nodes[ib]!];
      push({ ...compared(na, nb), depth: na.depth, a: ia, b: ib });
      stack.push(...pairs(a, ia + 1, na.end, b, ib + 1, nb.end).reverse());
    }
  }
  return { rows, counts };
}

const NO_DELTA = { durationMs: null, tokens: null, cost: null };

/** Siblings of both sides in one order: that of the first, the second's own where they came. */
function pairs(
  a: TraceTree<Span>,
  fromA: number,
  endA: number,
  b: TraceTree<Span>,
  fromB: number,
  endB: number,
): [number, number][] {
  const waiting = new Map<string, number[]>();
  const siblingsB: number[] = [];
  for (let at = fromB; at < endB; at = b.nodes[at]!.end) {
    siblingsB.push(at);
    const step = stepOf(b.nodes[at]!);
    const list = waiting.get(step);
    if (list) list.push(at);
    else waiting.set(step, [at]);
  }
  const partner = new Map<number, number>();
  const result: [number, number][] = [];
  const taken = new Map<string, number>();
  const siblingsA: number[] = [];
  for (let at = fromA; at < endA; at = a.nodes[at]!.end) {
    siblingsA.push(at);
    const step = stepOf(a.nodes[at]!);
    const nth = taken.get(step) ?? 0;
    const other = waiting.get(step)?.[nth];
    if (other === undefined) continue;
    taken.set(step, nth + 1);
    partner.set(at, other);
  }
  const matchedB = new Set(partner.values());
  let nextB = 0;
  const addUpTo = (end: number) => {
    for (; nextB < siblingsB.length && siblingsB[nextB]! < end; nextB++) {
      if (!matchedB.has(siblingsB[nextB]!)) result.push([-1, siblingsB[nextB]!]);
    }
  };
  for (const at of siblingsA) {
    const other = partner.get(at);
    if (other !== undefined) addUpTo(other);
    result.push([at, other ?? -1]);
  }
  addUpTo(Number.POSITIVE_INFINITY);
  return result;
}

function compared(a: TreeNode<Span>, b: TreeNode<Span>): Omit<DiffRow, "depth" | "a" | "b"> {
  const [lengthA, lengthB] = [a.endMs - a.startMs, b.endMs - b.startMs];
  const durationMs = lengthB - lengthA;
  const cost =
    a.rollup.cost === null && b.rollup.cost === null ? null : (b.rollup.cost ?? 0) - (a.rollup.cost ?? 0);
  const tokens = b.rollup.tokens - a.rollup.tokens;
  const slower =
    Math.abs(durationMs) >= CHANGED_MS &&
    Math.abs(durationMs) >= CHANGED_SHARE * Math.max(1, Math.min(lengthA, lengthB));
  const differs =
    slower ||
    tokens !== 0 ||
    (cost !== null && Math.abs(cost) > 1e-9) ||
    a.span?.status !== b.span?.status ||
    a.span?.model !== b.span?.model ||
    stepOf(a) !== stepOf(b);
  return { kind: differs ? "changed" : "same", durationMs, tokens, cost };
}
