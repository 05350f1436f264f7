import { addUnits } from "./calendar.ts";
import {
  expandName,
  parseAbsolute,
  parseClock,
  parseInstant,
  parseNow,
  parseSpan,
  type TimeContext,
} from "./time-expression.ts";

/**
 * A time range as the user typed it, which is what the URL keeps. Without `to`, `from` alone is a whole range:
 * `30m`, `yesterday`, `now-1M/M`, `2026-11-20`. `tz` is set when bare dates were typed, so that a shared link
 * means the same to everybody.
 */
export interface TypedRange {
  from: string;
  to?: string;
  tz?: string;
}

/** Epoch milliseconds; `to` is exclusive and after `from`. */
export interface ResolvedRange {
  from: number;
  to: number;
}

export const DEFAULT_RANGE: TypedRange = { from: "24h" };

const contextOf = (range: TypedRange, now: number, timeZone: string): TimeContext => ({
  now,
  timeZone: range.tz ?? timeZone,
});

function resolveSingle(text: string, context: TimeContext): ResolvedRange | null {
  const { now, timeZone } = context;
  const expression = expandName(text);
  const span = parseSpan(expression);
  if (span) return { from: addUnits(now, -span.count, span.unit, timeZone), to: now };
  const from = parseInstant(expression, "from", context);
  const to = parseInstant(expression, "to", context);
  if (from === null || to === null) return null;
  // A rounded unit or a date is that whole unit, up to now; a moment is the range since then.
  const end = to > from ? (from < now ? Math.min(to, now) : to) : now;
  return end > from ? { from, to: end } : null;
}

/** The instants a typed range means now; null when it cannot be read or ends before it starts. */
export function resolveRange(range: TypedRange, now: number, timeZone: string): ResolvedRange | null {
  const context = contextOf(range, now, timeZone);
  if (range.to === undefined || range.to.trim() === "") return resolveSingle(range.from, context);
  const from = parseInstant(range.from, "from", context);
  if (from === null) return null;
  const to = parseInstant(range.to, "to", context, from);
  return to === null || to <= from ? null : { from, to };
}

/** True for text whose meaning depends on the zone it is read in. */
function dependsOnZone(text: string): boolean {
  const trimmed = text.trim();
  if (parseClock(trimmed, 0, "UTC") !== null) return true;
  if (/^\d{10}$|^\d{13}$/.test(trimmed)) return false;
  return (
    parseAbsolute(trimmed, "from", "UTC") !== null && !/(Z|UTC|[+-]\d{2}:?\d{2})$/i.test(trimmed.slice(10))
  );
}

/**
 * Reads what a person types into the range field: one expression, or two with ` - `, ` to ` or ` → ` between.
 * Null when it cannot be understood.
 */
export function parseRange(text: string, now: number, timeZone: string): TypedRange | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const [first, second] = trimmed.split(/\s+(?:-|–|—|→|to)\s+/i, 2).map((part) => part.trim());
  const range: TypedRange = second === undefined ? { from: first! } : { from: first!, to: second };
  if (dependsOnZone(range.from) || (range.to !== undefined && dependsOnZone(range.to))) range.tz = timeZone;
  return resolveRange(range, now, timeZone) === null ? null : range;
}

/** The text of a range, as it would be typed. */
export function rangeText(range: TypedRange): string {
  return range.to === undefined ? range.from : `${range.from} - ${range.to}`;
}

/** Whether the range's end moves with the clock, so that live data belongs into it. */
export function followsNow(range: TypedRange, now: number, timeZone: string): boolean {
  if (range.to !== undefined) {
    const context = contextOf(range, now, timeZone);
    return parseNow(range.to, "to", context) !== null && (resolveRange(range, now, timeZone)?.to ?? 0) >= now;
  }
  return resolveRange(range, now, timeZone)?.to === now;
}

/** Both ends as RFC 3339 in UTC: exact, and the same for everybody. */
function absolute({ from, to }: ResolvedRange): TypedRange {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** The range of the same length just before (-1) or after (+1). */
export function shiftRange(range: TypedRange, step: -1 | 1, now: number, timeZone: string): TypedRange {
  const resolved = resolveRange(range, now, timeZone);
  if (resolved === null) return range;
  const length = resolved.to - resolved.from;
  return absolute({ from: resolved.from + step * length, to: resolved.to + step * length });
}

/** Twice the range: around the same middle, or further back where it follows the clock. */
export function zoomOut(range: TypedRange, now: number, timeZone: string): TypedRange {
  const span = range.to === undefined ? parseSpan(expandName(range.from)) : null;
  if (span) return { from: `${span.count * 2}${span.unit}` };
  const resolved = resolveRange(range, now, timeZone);
  if (resolved === null) return range;
  const length = resolved.to - resolved.from;
  if (followsNow(range, now, timeZone)) {
    return { from: new Date(resolved.from - length).toISOString(), to: "now" };
  }
  return absolute({ from: resolved.from - length / 2, to: resolved.to + length / 2 });
}

const UNIT_NAMES = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
  M: "month",
  y: "year",
} as const;

/** Short words for the picker's button; `format` writes an instant. */
export function describeRange(range: TypedRange, format: (epochMs: number) => string): string {
  if (range.to !== undefined) {
    const one = (text: string) => {
      const instant = parseAbsolute(text, "from", range.tz ?? "UTC");
      return instant === null ? text : format(instant);
    };
    const [from, to] = [one(range.from), one(range.to)];
    return from.slice(0, 10) === to.slice(0, 10) && to.length > 10
      ? `${from} – ${to.slice(11)}`
      : `${from} – ${to}`;
  }
  const span = parseSpan(expandName(range.from));
  if (span === null) {
    return /^[a-z ]+$/i.test(range.from)
      ? range.from.charAt(0).toUpperCase() + range.from.slice(1)
      : range.from;
  }
  const name = UNIT_NAMES[span.unit];
  return span.count === 1 ? `Last ${name}` : `Last ${span.count} ${name}s`;
}

/**
 * A range as API parameters. One that follows now is widened to whole seconds: the server answers those who ask the
 * same at the same time together, and after a live event everyone asks.
 */
export function rangeParams({ from, to }: ResolvedRange, isLive: boolean): { from: string; to: string } {
  if (!isLive) return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const [fromSecond, toSecond] = [Math.floor(from / 1000), Math.ceil(to / 1000)];
  return { from: new Date(fromSecond * 1000).toISOString(), to: new Date(toSecond * 1000).toISOString() };
}
