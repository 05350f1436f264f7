/** Calendar arithmetic in a named time zone. Months are 1–12; instants are epoch milliseconds. */

export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
}

/** Unit letters as in `now-1M`: second, minute, hour, day, week, month, year. */
export type Unit = "s" | "m" | "h" | "d" | "w" | "M" | "y";

const MINUTE = 60_000;
const FIXED: Partial<Record<Unit, number>> = { s: 1000, m: MINUTE, h: 60 * MINUTE };
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** What a clock on the wall in `timeZone` shows. */
export function wallTime(epochMs: number, timeZone: string): WallTime {
  const parts = formatOf(timeZone).formatToParts(epochMs);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second"),
    ms: ((epochMs % 1000) + 1000) % 1000,
  };
}

function asIfUtc(wall: WallTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second, wall.ms);
}

/** The instant of a wall time; in the hour a clock change skips, the same distance after the change. */
export function instantOf(wall: WallTime, timeZone: string): number {
  const utc = asIfUtc(wall);
  const offsetAt = (instant: number) => asIfUtc(wallTime(instant, timeZone)) - instant;
  const first = utc - offsetAt(utc);
  return utc - offsetAt(first);
}

/** Adds calendar units: a day is the same wall time on the next day, a month never spills into the one after. */
export function addUnits(epochMs: number, count: number, unit: Unit, timeZone: string): number {
  const fixed = FIXED[unit];
  if (fixed !== undefined) return epochMs + count * fixed;
  const wall = wallTime(epochMs, timeZone);
  if (unit === "d") return instantOf({ ...wall, day: wall.day + count }, timeZone);
  if (unit === "w") return instantOf({ ...wall, day: wall.day + 7 * count }, timeZone);
  const months = wall.year * 12 + (wall.month - 1) + count * (unit === "y" ? 12 : 1);
  const year = Math.floor(months / 12);
  const month = (months % 12) + 1;
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return instantOf({ ...wall, year, month, day: Math.min(wall.day, lastDay) }, timeZone);
}

/** Start of the unit an instant lies in; weeks start on Monday (ISO 8601). */
export function startOf(epochMs: number, unit: Unit, timeZone: string): number {
  const wall = wallTime(epochMs, timeZone);
  const midnight = { ...wall, hour: 0, minute: 0, second: 0, ms: 0 };
  switch (unit) {
    case "s":
      return epochMs - wall.ms;
    case "m":
      return epochMs - wall.ms - wall.second * 1000;
    case "h":
      return epochMs - wall.ms - wall.second * 1000 - wall.minute * MINUTE;
    case "d":
      return instantOf(midnight, timeZone);
    case "w": {
      const weekday = (new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay() + 6) % 7;
      return instantOf({ ...midnight, day: wall.day - weekday }, timeZone);
    }
    case "M":
      return instantOf({ ...midnight, day: 1 }, timeZone);
    case "y":
      return instantOf({ ...midnight, month: 1, day: 1 }, timeZone);
  }
}

/** First instant after the unit an instant lies in. */
export function endOf(epochMs: number, unit: Unit, timeZone: string): number {
  return addUnits(startOf(epochMs, unit, timeZone), 1, unit, timeZone);
}
