import type { TraceTree, TreeNode, TreeSpan } from "./trace-tree.ts";

/** Width of one level of indentation, px, and the depth from which rows no longer move right. */
export const INDENT_PX = 14;
export const MAX_INDENT_LEVELS = 16;

/** Indentation of a row; deeper rows stay at the last level so that names keep room. */
export const indentPx = (depth: number) => Math.min(depth, MAX_INDENT_LEVELS) * INDENT_PX;

/** The time axis: epoch milliseconds. `end > start` always, so divisions are safe. */
export interface TimeDomain {
  startMs: number;
  endMs: number;
}

/** The whole trace; a trace of no length gets one millisecond. */
export function domainOf(tree: Pick<TraceTree<TreeSpan>, "startMs" | "endMs">): TimeDomain {
  const length = tree.endMs - tree.startMs;
  return { startMs: tree.startMs, endMs: tree.startMs + (length > 0 ? length : 1) };
}

/** A bar in percent of the axis. */
export interface Bar {
  left: number;
  width: number;
  /** Where the first token arrived, in percent of the bar's own width; null if unknown. */
  firstToken: number | null;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

export function barOf(
  node: Pick<TreeNode<TreeSpan>, "startMs" | "endMs">,
  domain: TimeDomain,
  firstTokenMs: number | null = null,
): Bar {
  const length = domain.endMs - domain.startMs;
  const left = clamp(((node.startMs - domain.startMs) / length) * 100, 0, 100);
  const right = clamp(((node.endMs - domain.startMs) / length) * 100, left, 100);
  const own = node.endMs - node.startMs;
  const firstToken =
    firstTokenMs !== null && firstTokenMs >= 0 && own > 0 ? clamp((firstTokenMs / own) * 100, 0, 100) : null;
  return { left, width: right - left, firstToken };
}

/** Round times to label along the axis: at most `count` steps of 1, 2 or 5 times a power of ten. */
export function axisTicks(domain: TimeDomain, count: number): { left: number; offsetMs: number }[] {
  const length = domain.endMs - domain.startMs;
  const step = niceStep(length / Math.max(1, count));
  const ticks: { left: number; offsetMs: number }[] = [];
  for (let k = 0; k * step <= length * 1.000001 && k <= count; k++) {
    ticks.push({ left: Math.min(100, ((k * step) / length) * 100), offsetMs: k * step });
  }
  return ticks;
}

/** Steps people read easily: 1-2-5 below a minute; halves and whole minutes, hours and days above. */
export function niceStep(atLeast: number): number {
  for (const step of [60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000]) {
    if (atLeast > 30_000 && atLeast <= step) return step;
  }
  if (atLeast > 21_600_000) return Math.ceil(atLeast / 86_400_000) * 86_400_000;
  if (!(atLeast > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(atLeast));
  for (const factor of [1, 2, 5]) if (factor * power >= atLeast * 0.999999) return factor * power;
  return 10 * power;
}
