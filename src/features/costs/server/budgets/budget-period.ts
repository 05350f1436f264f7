import type { BudgetPeriod } from "../../budget-contract.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A stretch of time that a budget is for; `endMs` belongs to the next. */
export interface PeriodBounds {
  startMs: number;
  endMs: number;
}

/** The calendar period in UTC that a moment lies in. Weeks begin on Monday. */
export function periodAt(period: BudgetPeriod, atMs: number): PeriodBounds {
  if (period === "hour") return aligned(atMs, HOUR_MS, 0);
  if (period === "day") return aligned(atMs, DAY_MS, 0);
  // 1970-01-05 was a Monday.
  if (period === "week") return aligned(atMs, 7 * DAY_MS, 4 * DAY_MS);
  const at = new Date(atMs);
  const startMs = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
  return { startMs, endMs: Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1) };
}

function aligned(atMs: number, lengthMs: number, offsetMs: number): PeriodBounds {
  const startMs = Math.floor((atMs - offsetMs) / lengthMs) * lengthMs + offsetMs;
  return { startMs, endMs: startMs + lengthMs };
}
