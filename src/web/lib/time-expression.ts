import { addUnits, endOf, instantOf, startOf, type Unit, wallTime } from "./calendar.ts";

/** Whether an expression stands for the start or the end of a range: `now/d` is midnight before or after. */
export type Edge = "from" | "to";

export interface TimeContext {
  /** Epoch milliseconds. */
  now: number;
  /** IANA name. */
  timeZone: string;
}

const UNIT_WORDS: Record<string, Unit> = {
  s: "s",
  sec: "s",
  second: "s",
  min: "m",
  minute: "m",
  h: "h",
  hr: "h",
  hour: "h",
  d: "d",
  day: "d",
  w: "w",
  week: "w",
  mo: "M",
  month: "M",
  y: "y",
  yr: "y",
  year: "y",
};

/** `m` is minutes and `M` months; everything else is read in any case and number: `Hours`, `hr`, `h`. */
export function unitOf(word: string): Unit | null {
  if (word === "m" || word === "M") return word;
  const lower = word.toLowerCase();
  return UNIT_WORDS[lower] ?? UNIT_WORDS[lower.replace(/s$/, "")] ?? null;
}

/** `30m`, `2 days`, `last 3 hours`; null for anything else, and for zero. */
export function parseSpan(text: string): { count: number; unit: Unit } | null {
  const match = /^(?:(?:last|past|previous)\s+)?(\d{1,6})?\s*([a-z]+)$/i.exec(text.trim());
  if (!match) return null;
  const unit = unitOf(match[2]!);
  const count = Number(match[1] ?? (/^(last|past|previous)\s/i.test(text.trim()) ? 1 : 0));
  return unit === null || count === 0 ? null : { count, unit };
}

/** `now`, `now-1h`, `now-1M/M`, `now/d+8h`: steps applied from left to right, as in Grafana. */
export function parseNow(text: string, edge: Edge, { now, timeZone }: TimeContext): number | null {
  const compact = text.replace(/\s+/g, "");
  if (!/^now([+-]\d{1,6}[a-zA-Z]+|\/[a-zA-Z]+)*$/i.test(compact)) return null;
  let instant = now;
  for (const [, sign, count, unitWord, roundWord] of compact
    .slice(3)
    .matchAll(/([+-])(\d+)([a-zA-Z]+)|\/([a-zA-Z]+)/g)) {
    const unit = unitOf(roundWord ?? unitWord ?? "");
    if (unit === null) return null;
    if (roundWord !== undefined) instant = (edge === "from" ? startOf : endOf)(instant, unit, timeZone);
    else instant = addUnits(instant, Number(count) * (sign === "-" ? -1 : 1), unit, timeZone);
  }
  return instant;
}

const ABSOLUTE =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

function offsetMinutes(zone: string): number {
  if (/^(z|utc)$/i.test(zone)) return 0;
  const digits = zone.replace(/\D/g, "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** `2026-11`, `2026-11-20`, `2026-11-20 14:00`, RFC 3339, or epoch seconds or milliseconds. */
export function parseAbsolute(text: string, edge: Edge, timeZone: string): number | null {
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{13}$/.test(text)) return Number(text);
  const match = ABSOLUTE.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const wall = {
    year: Number(year),
    month: Number(month),
    day: Number(day ?? 1),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    ms: Math.floor(Number(`0.${fraction ?? 0}`) * 1000),
  };
  const lastDay = new Date(Date.UTC(wall.year, wall.month, 0)).getUTCDate();
  if (wall.month < 1 || wall.month > 12 || wall.day < 1 || wall.day > lastDay) return null;
  if (wall.hour > 23 || wall.minute > 59 || wall.second > 59) return null;
  const instant =
    zone === undefined ? instantOf(wall, timeZone) : instantOf(wall, "UTC") - offsetMinutes(zone) * 60_000;
  if (edge === "from" || hour !== undefined) return instant;
  return endOf(instant, day === undefined ? "M" : "d", zone === undefined ? timeZone : "UTC");
}

/** `14:00` on the day `base` lies in. */
export function parseClock(text: string, base: number, timeZone: string): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (!match) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  return instantOf({ ...wallTime(base, timeZone), hour, minute, second, ms: 0 }, timeZone);
}

const NAMED: Record<string, string> = {
  today: "now/d",
  yesterday: "now-1d/d",
  "this week": "now/w",
  "last week": "now-1w/w",
  "this month": "now/M",
  "last month": "now-1M/M",
  "this year": "now/y",
  "last year": "now-1y/y",
};

/** A named range as the expression it stands for; other text as it is. */
export function expandName(text: string): string {
  return NAMED[text.trim().toLowerCase().replace(/\s+/g, " ")] ?? text.trim();
}

/** One end of a range; `base` is the day a bare clock time belongs to. Null when it cannot be read. */
export function parseInstant(
  text: string,
  edge: Edge,
  context: TimeContext,
  base = context.now,
): number | null {
  const expression = expandName(text);
  const span = parseSpan(expression);
  if (span) return addUnits(context.now, -span.count, span.unit, context.timeZone);
  return (
    parseNow(expression, edge, context) ??
    parseAbsolute(expression, edge, context.timeZone) ??
    parseClock(expression, base, context.timeZone)
  );
}
