import type { TraceSummary } from "../../trace-contract.ts";
import { parseTimeMs } from "./trace-time.ts";

/** How long after its last span a trace without a root may still be at work. */
const RUNNING_FOR_MS = 10 * 60_000;

/**
 * `running`: spans arrive but the root, which is sent last, has not; `rootless`: it never came, because its
 * sender does not report to us or died.
 */
export type TraceState = "complete" | "running" | "rootless";

export function traceState(
  trace: Pick<TraceSummary, "root_span_id" | "end_time">,
  nowMs: number,
): TraceState {
  if (trace.root_span_id !== null) return "complete";
  const end = parseTimeMs(trace.end_time);
  return nowMs - end < RUNNING_FOR_MS ? "running" : "rootless";
}

/** The shortest of the usual ranges that reaches back to a time; what "widen the range" offers. */
export function rangeReaching(timeMs: number, nowMs: number): string {
  const hours = (nowMs - timeMs) / 3_600_000;
  for (const [limit, range] of [
    [24, "24h"],
    [7 * 24, "7d"],
    [30 * 24, "30d"],
    [90 * 24, "90d"],
  ] as const) {
    if (hours < limit) return range;
  }
  return "1y";
}
