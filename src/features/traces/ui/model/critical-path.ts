import type { TraceTree, TreeSpan } from "./trace-tree.ts";
import { barOf, type TimeDomain } from "./waterfall-layout.ts";

/** A stretch of time in which one span kept the whole trace waiting; epoch milliseconds. */
export interface CriticalSegment {
  index: number;
  startMs: number;
  endMs: number;
}

export interface CriticalPath {
  /** In order of time. They never overlap, and below one root they cover its time exactly. */
  segments: CriticalSegment[];
  /** Milliseconds on the path per node index; nodes that are only passed through have 0. */
  msOf: ReadonlyMap<number, number>;
  totalMs: number;
}

/**
 * The critical path: had any stretch of it been shorter, the trace would have ended earlier. Walks back from
 * the end of each root: whatever ended last before the present moment was waited for, and what is left is the
 * span's own work (Zhang et al., "CRISP: Critical Path Analysis of Large-Scale Microservice Architectures",
 * USENIX ATC 2022). A child that outlives its parent counts up to the parent's end. Of several roots, one
 * after another counts; those side by side with a later one do not.
 */
export function criticalPath<S extends TreeSpan>(tree: TraceTree<S>): CriticalPath {
  const { nodes } = tree;
  const segments: CriticalSegment[] = [];
  const msOf = new Map<number, number>();
  const add = (index: number, startMs: number, endMs: number) => {
    if (!msOf.has(index)) msOf.set(index, 0);
    if (!(endMs > startMs)) return;
    segments.push({ index, startMs, endMs });
    msOf.set(index, msOf.get(index)! + endMs - startMs);
  };
  /** Children (or roots) by the time they ended, the last first. */
  const lastFirst = (first: number, end: number): number[] => {
    const found: number[] = [];
    for (let at = first; at < end; at = nodes[at]!.end) found.push(at);
    return found.sort((a, b) => nodes[b]!.endMs - nodes[a]!.endMs || nodes[b]!.startMs - nodes[a]!.startMs);
  };

  interface Frame {
    index: number;
    startMs: number;
    endMs: number;
    /** How far back the walk has come. */
    nowMs: number;
    waiting: number[];
    next: number;
  }
  const frame = (index: number, startMs: number, endMs: number, waiting: number[]): Frame => ({
    index,
    startMs,
    endMs,
    nowMs: endMs,
    waiting,
    next: 0,
  });
  const stack: Frame[] = [frame(-1, tree.startMs, tree.endMs, lastFirst(0, nodes.length))];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const child = nodes[top.waiting[top.next] ?? -1];
    if (!child) {
      if (top.index >= 0) add(top.index, top.startMs, top.nowMs);
      stack.pop();
      continue;
    }
    top.next++;
    const startMs = Math.max(child.startMs, top.startMs);
    const endMs = Math.min(child.endMs, top.endMs);
    if (endMs > top.nowMs || !(endMs > startMs)) continue;
    if (top.index >= 0) add(top.index, endMs, top.nowMs);
    top.nowMs = startMs;
    if (!msOf.has(child.index)) msOf.set(child.index, 0);
    stack.push(frame(child.index, startMs, endMs, lastFirst(child.index + 1, child.end)));
  }
  segments.reverse();
  segments.sort((a, b) => a.startMs - b.startMs);
  let totalMs = 0;
  for (const segment of segments) totalMs += segment.endMs - segment.startMs;
  return { segments, msOf, totalMs };
}

/** Gaps narrower than this share of the axis, percent, are closed: nobody could see them. */
const CLOSED_GAP_PERCENT = 0.6;

/**
 * Segments in order of time as marks on the axis, in percent. What lies outside is left out and close ones are
 * joined, so that a span with thousands of them needs few marks.
 */
export function stretchesOn(
  segments: readonly CriticalSegment[],
  domain: TimeDomain,
): { left: number; width: number }[] {
  const marks: { left: number; width: number }[] = [];
  for (const segment of segments) {
    if (segment.endMs <= domain.startMs || segment.startMs >= domain.endMs) continue;
    const { left, width } = barOf(segment, domain);
    const last = marks.at(-1);
    if (last && left - (last.left + last.width) < CLOSED_GAP_PERCENT) last.width = left + width - last.left;
    else marks.push({ left, width });
  }
  return marks;
}
