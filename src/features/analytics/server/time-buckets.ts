import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import type { Step } from "../analytics-contract.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Most buckets of one answer. */
const MAX_BUCKETS = 1500;

const FIXED: Partial<Record<Step, number>> = {
  "10s": 10 * SECOND,
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "30m": 30 * MINUTE,
  "1h": HOUR,
  "3h": 3 * HOUR,
  "6h": 6 * HOUR,
  "12h": 12 * HOUR,
};

/** The width of `auto` for ranges up to so many milliseconds. Whole hours from a day on: those are summed up already. */
const AUTO: readonly (readonly [number, Step])[] = [
  [15 * MINUTE, "10s"],
  [2 * HOUR, "1m"],
  [8 * HOUR, "5m"],
  [20 * HOUR, "15m"],
  [3 * DAY, "1h"],
  [8 * DAY, "3h"],
  [120 * DAY, "1d"],
  [730 * DAY, "1w"],
];

/** Buckets of a range: their starts in milliseconds since 1970; the first one may begin before the range. */
export interface TimeBuckets {
  step: Exclude<Step, "auto">;
  starts: number[];
}

/**
 * Cuts a range into buckets that begin at whole steps of the zone's day: hours and minutes count from local
 * midnight, weeks from Monday. Throws `too_many_buckets` and `unknown_timezone` (400).
 */
export function timeBuckets(
  range: { fromMs: number; toMs: number },
  wanted: Step,
  timezone: string,
): TimeBuckets {
  const width = range.toMs - range.fromMs;
  const step = (
    wanted === "auto" ? (AUTO.find(([most]) => width <= most)?.[1] ?? "1M") : wanted
  ) as TimeBuckets["step"];
  const zone = new Zone(timezone);
  const fixed = FIXED[step];
  if (width / (fixed ?? DAY) > MAX_BUCKETS + 1) throw tooMany(step);
  const starts: number[] = [];
  let day = zone.firstDay(range.fromMs, step);
  while (zone.midnight(day) < range.toMs) {
    const next = zone.nextDay(day, step);
    const endMs = zone.midnight(next);
    for (
      let ms = zone.midnight(day);
      ms < endMs && ms < range.toMs;
      ms += fixed ?? Number.POSITIVE_INFINITY
    ) {
      const bucketEnd = Math.min(endMs, ms + (fixed ?? Number.POSITIVE_INFINITY));
      if (bucketEnd > range.fromMs) starts.push(ms);
    }
    if (starts.length > MAX_BUCKETS) throw tooMany(step);
    day = next;
  }
  return { step, starts };
}

const tooMany = (step: string) =>
  new FlightdeckError(
    `A step of ${step} gives more than ${MAX_BUCKETS} points. Choose a wider step or a shorter range.`,
    { code: "too_many_buckets", status: 400 },
  );

/** A calendar day, as milliseconds of its midnight in UTC. */
type CalendarDay = number;

/** Days of a time zone, by the runtime's own zone database. */
class Zone {
  private readonly format: Intl.DateTimeFormat;

  constructor(name: string) {
    try {
      this.format = new Intl.DateTimeFormat("en-US", {
        timeZone: name,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
    } catch (cause) {
      throw new FlightdeckError(`"${name}" is not a time zone. Use an IANA name such as Europe/Berlin.`, {
        code: "unknown_timezone",
        status: 400,
        cause,
      });
    }
  }

  /** The day a step begins on that holds this time. */
  firstDay(ms: number, step: TimeBuckets["step"]): CalendarDay {
    const day = Math.floor((ms + this.offset(ms)) / DAY) * DAY;
    if (step === "1w") return day - ((new Date(day).getUTCDay() + 6) % 7) * DAY;
    if (step === "1M") return Date.UTC(new Date(day).getUTCFullYear(), new Date(day).getUTCMonth(), 1);
    return day;
  }

  nextDay(day: CalendarDay, step: TimeBuckets["step"]): CalendarDay {
    if (step === "1w") return day + 7 * DAY;
    if (step === "1M") return Date.UTC(new Date(day).getUTCFullYear(), new Date(day).getUTCMonth() + 1, 1);
    return day + DAY;
  }

  /** When a day begins; where the clock jumps over midnight, right after the jump. */
  midnight(day: CalendarDay): number {
    const guess = day - this.offset(day);
    const better = day - this.offset(guess);
    return guess === better ? guess : Math.max(guess, better);
  }

  /** What the zone's clock is ahead of UTC at a time, in milliseconds. */
  private offset(ms: number): number {
    const parts = Object.fromEntries(
      this.format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]),
    ) as Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>;
    const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    return wall - Math.floor(ms / SECOND) * SECOND;
  }
}
