import { formatNumber } from "../../lib/format.ts";

export interface Delta {
  /** `+12 %`, `−3 %`, `×14`, `new`, `±0 %`. */
  text: string;
  /** For screen readers: `12 % more than in the period before`. */
  words: string;
  direction: "up" | "down" | "same";
  tone: "success" | "danger" | "neutral";
}

/** Less than half a percent is no change. */
const SAME = 0.005;
/** From here on a factor says more than a percentage. */
const FACTOR_FROM = 10;

/** How a value compares with the period before; null where there is nothing to compare. */
export function deltaOf(
  value: number | null | undefined,
  previous: number | null | undefined,
  better?: "up" | "down",
): Delta | null {
  if (value === null || value === undefined || previous === null || previous === undefined) return null;
  if (!Number.isFinite(value) || !Number.isFinite(previous)) return null;
  const tone = (direction: "up" | "down"): Delta["tone"] =>
    better === undefined ? "neutral" : better === direction ? "success" : "danger";
  if (previous === 0) {
    if (value === 0)
      return { text: "±0 %", words: "as in the period before", direction: "same", tone: "neutral" };
    const direction = value > 0 ? "up" : "down";
    return { text: "new", words: "none in the period before", direction, tone: tone(direction) };
  }
  const change = (value - previous) / Math.abs(previous);
  if (Math.abs(change) < SAME) {
    return { text: "±0 %", words: "as in the period before", direction: "same", tone: "neutral" };
  }
  const direction = change > 0 ? "up" : "down";
  if (change >= FACTOR_FROM) {
    const factor = formatNumber(value / previous, value / previous < 100 ? 1 : 0);
    return {
      text: `×${factor}`,
      words: `${factor} times the period before`,
      direction,
      tone: tone(direction),
    };
  }
  const percent = formatNumber(Math.abs(change) * 100, Math.abs(change) < 0.1 ? 1 : 0);
  return {
    text: `${direction === "up" ? "+" : "−"}${percent} %`,
    words: `${percent} % ${direction === "up" ? "more" : "less"} than in the period before`,
    direction,
    tone: tone(direction),
  };
}
