import { formatBytes, formatCost, formatDurationMs, formatNumber, formatTokens } from "../../lib/format.ts";
import type { Unit } from "../chart-types.ts";

const NO_VALUE = "–";

/** Numbers of any size in at most five characters or so: `0.012`, `3.4`, `812`, `12.3k`. */
function compact(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return `${value < 0 ? "−" : ""}${formatTokens(size)}`;
  if (value === 0) return "0";
  if (size < 0.001) return value.toExponential(1);
  return formatNumber(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4);
}

/** A number in its unit, as short as tiles and axes need it; a dash for what is not known. */
export function formatValue(value: number | null | undefined, unit: Unit = "count"): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  switch (unit) {
    case "ms":
      return value === 0 ? "0 ms" : formatDurationMs(value);
    case "s":
      return value === 0 ? "0 s" : formatDurationMs(value * 1000);
    case "usd":
      return value < 0 ? `−${formatCost(-value)}` : formatCost(value);
    case "bytes":
      return value < 0 ? `−${formatBytes(-value)}` : formatBytes(Math.round(value));
    case "percent":
      return `${formatNumber(value * 100, Math.abs(value) < 0.1 ? 2 : 1)} %`;
    case "per_second":
      return `${compact(value)}/s`;
    default:
      return compact(value);
  }
}

/** The same with every digit, for tables and titles. */
export function formatExact(value: number | null | undefined, unit: Unit = "count"): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  switch (unit) {
    case "count":
    case "tokens":
      return formatNumber(value, 3);
    case "number":
      return String(value);
    case "per_second":
      return `${formatNumber(value, 4)}/s`;
    default:
      return formatValue(value, unit);
  }
}

/** Whether a value between whole numbers makes no sense, so that ticks stay whole. */
export function isWhole(unit: Unit): boolean {
  return unit === "count" || unit === "tokens" || unit === "bytes";
}
