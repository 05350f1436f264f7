import type { Budget } from "../../budget-contract.ts";
import type { PeriodBounds } from "./budget-period.ts";

const HOUR_MS = 3_600_000;
/** Early in a period its own pace says little: it counts as if this much had passed. */
const LEAST_ELAPSED_MS = 60_000;
/** From this share of the limit on a budget is shown as a warning. */
const WARNING_SHARE = 0.8;

/** Where a budget stands. */
export type Standing = Pick<Budget, "share" | "forecast" | "runs_out_at" | "state">;

/**
 * Where spending leads, linearly: the pace is the mean of the period's so far and the latest. When the limit is
 * passed already, it ran out now.
 */
export function standing(
  spent: number,
  limit: number,
  burnPerHour: number,
  { startMs, endMs }: PeriodBounds,
  nowMs: number,
): Standing {
  const soFarPerHour = (spent / Math.max(LEAST_ELAPSED_MS, nowMs - startMs)) * HOUR_MS;
  const pace = (soFarPerHour + burnPerHour) / 2;
  const remainingMs = Math.max(0, endMs - nowMs);
  const runsOutMs =
    pace > 0 ? nowMs + (Math.max(0, limit - spent) / pace) * HOUR_MS : Number.POSITIVE_INFINITY;
  const share = spent / limit;
  return {
    share,
    forecast: spent + (pace * remainingMs) / HOUR_MS,
    runs_out_at: runsOutMs < endMs ? new Date(runsOutMs).toISOString() : null,
    state: share >= 1 ? "exceeded" : share >= WARNING_SHARE ? "warning" : "ok",
  };
}

/** Thresholds that a share of the limit has reached, ascending; the limit itself always counts. */
export function reachedThresholds(share: number, thresholds: readonly number[]): number[] {
  return [...new Set([...thresholds, 1])].filter((one) => share >= one).sort((left, right) => left - right);
}
