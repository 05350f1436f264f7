const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday, three days after a Monday. */
const MONDAY_OFFSET = 3;

/** The Monday of a moment's week in UTC, as days since 1970: what `seen_week` of `messages` holds. */
export function weekOf(ms: number): number {
  const day = Math.floor(ms / DAY_MS);
  return day - ((((day + MONDAY_OFFSET) % 7) + 7) % 7);
}
