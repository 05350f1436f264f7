import type { Span } from "../../trace-contract.ts";
import type { TraceTree, TreeNode, TreeSpan } from "./trace-tree.ts";

/** Fewer calls in a row than this are not worth folding. */
export const FOLD_FROM = 4;

/** The same call made several times in a row: siblings one after another with nothing else between them. */
export interface Repeat {
  /** Index of the first call; the fold's row stands in its place. */
  first: number;
  /** One past the last descendant of the last call. */
  end: number;
  /** Indexes of the calls. */
  members: number[];
  startMs: number;
  endMs: number;
  /** What the calls took together. */
  totalMs: number;
  tokens: number;
  cost: number | null;
}

/** Calls that differ in any of these are different calls; a failed one never hides among others. */
const signature = ({ span }: TreeNode<Span>) =>
  span &&
  [span.name, span.operation, span.service, span.agent, span.tool, span.model, span.status === "error"].join(
    "\u0000",
  );

/** Runs of at least `from` equal calls, by the index of their first. A run inside a run is found too. */
export function findRepeats(tree: TraceTree<Span>, from = FOLD_FROM): ReadonlyMap<number, Repeat> {
  const { nodes } = tree;
  const found = new Map<number, Repeat>();
  const runs = new Map<number, { signature: string; members: number[] }>();
  const close = (parent: number) => {
    const run = runs.get(parent);
    runs.delete(parent);
    if (run && run.members.length >= from) found.set(run.members[0]!, summed(nodes, run.members));
  };
  for (const node of nodes) {
    const own = signature(node);
    const run = runs.get(node.parent);
    // Calls with errors somewhere below are worth a look of their own.
    if (own === null || node.rollup.errors > (node.span?.status === "error" ? 1 : 0)) {
      close(node.parent);
    } else if (run?.signature === own) {
      run.members.push(node.index);
    } else {
      close(node.parent);
      runs.set(node.parent, { signature: own, members: [node.index] });
    }
  }
  for (const parent of [...runs.keys()]) close(parent);
  return found;
}

function summed(nodes: readonly TreeNode<Span>[], members: number[]): Repeat {
  const repeat: Repeat = {
    first: members[0]!,
    end: nodes[members.at(-1)!]!.end,
    members,
    startMs: Number.POSITIVE_INFINITY,
    endMs: Number.NEGATIVE_INFINITY,
    totalMs: 0,
    tokens: 0,
    cost: null,
  };
  for (const index of members) {
    const { startMs, endMs, rollup } = nodes[index]!;
    repeat.startMs = Math.min(repeat.startMs, startMs);
    repeat.endMs = Math.max(repeat.endMs, endMs);
    repeat.totalMs += endMs - startMs;
    repeat.tokens += rollup.tokens;
    if (rollup.cost !== null) repeat.cost = (repeat.cost ?? 0) + rollup.cost;
  }
  return repeat;
}

/** Indexes of the rows on screen: nothing below a collapsed node, and one row for each run not `unfolded`. */
export function foldedRows<S extends TreeSpan>(
  tree: TraceTree<S>,
  collapsed: ReadonlySet<string>,
  repeats: ReadonlyMap<number, Repeat>,
  unfolded: ReadonlySet<string>,
): number[] {
  const rows: number[] = [];
  const { nodes } = tree;
  for (let at = 0; at < nodes.length; ) {
    const node = nodes[at]!;
    rows.push(at);
    const repeat = repeats.get(at);
    if (repeat && !unfolded.has(node.id)) at = repeat.end;
    else at = node.childCount > 0 && collapsed.has(node.id) ? node.end : at + 1;
  }
  return rows;
}

/** `unfolded` with every run that hides a node, so that it shows; the same set if none does. */
export function unfoldedFor(
  tree: TraceTree<Span>,
  repeats: ReadonlyMap<number, Repeat>,
  unfolded: ReadonlySet<string>,
  index: number,
): ReadonlySet<string> {
  let next: Set<string> | null = null;
  for (const repeat of repeats.values()) {
    if (index <= repeat.first || index >= repeat.end) continue;
    const { id } = tree.nodes[repeat.first]!;
    if (unfolded.has(id)) continue;
    next ??= new Set(unfolded);
    next.add(id);
  }
  return next ?? unfolded;
}
