import { createPersistentStore } from "../../lib/persistent-store.ts";
import { rangeText, type TypedRange } from "../../lib/time-range.ts";

const MAX_RECENT = 5;

/** Ranges that were typed, latest first. */
export const recentRanges = createPersistentStore<TypedRange[]>("recent-ranges", []);

/** The list with `range` first and without its duplicate. */
export function withRange(list: readonly TypedRange[], range: TypedRange): TypedRange[] {
  const same = (other: TypedRange) => rangeText(other) === rangeText(range) && other.tz === range.tz;
  return [range, ...list.filter((other) => !same(other))].slice(0, MAX_RECENT);
}
