import type { TypedRange } from "../../lib/time-range.ts";

/** Ranges one click away. */
export const PRESETS: readonly TypedRange[] = [
  { from: "5m" },
  { from: "15m" },
  { from: "1h" },
  { from: "6h" },
  { from: "24h" },
  { from: "2d" },
  { from: "7d" },
  { from: "30d" },
  { from: "today" },
  { from: "yesterday" },
  { from: "this week" },
  { from: "last week" },
];
