import type { SeriesColor } from "../chart-types.ts";

const SERIES_COLOURS = 8;

/** Dashes in CSS px; the first is a solid line. */
const DASHES: readonly (readonly number[])[] = [[], [9, 4], [3, 3], [9, 3, 2, 3]];

export interface SeriesLook {
  /** Name of a design token: `series-3`, `danger`. */
  token: string;
  dash: readonly number[];
  /** Which hatch fills it; 0 is none. */
  hatch: 0 | 1 | 2 | 3;
}

/**
 * How the series at a place looks. Colours repeat after eight and are then told apart by dash and hatch; with
 * `patterns` every series has its own. Colours with a meaning are hatched always, so that nobody needs the hue.
 */
export function lookOf(index: number, color: SeriesColor | undefined, patterns: boolean): SeriesLook {
  const named = typeof color === "string";
  const place = typeof color === "number" ? color - 1 : index;
  const round = Math.floor(index / SERIES_COLOURS);
  const pattern = (patterns ? index + round : round) % DASHES.length;
  const token = !named
    ? `series-${(place % SERIES_COLOURS) + 1}`
    : color === "muted"
      ? "border-strong"
      : color;
  const hatch = (
    named && color !== "muted" && color !== "accent" && pattern === 0 ? 1 : pattern
  ) as SeriesLook["hatch"];
  return { token, dash: DASHES[pattern]!, hatch };
}
