import { addUnits, instantOf, startOf, type Unit as TimeUnit, wallTime } from "../../lib/calendar.ts";
import type { Unit } from "../chart-types.ts";
import { isWhole } from "./units.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps people count time in, in ms, from a second on; below, decimal steps do. */
const DURATION_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 180, 365].map((n) => n * DAY),
];

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is at least `least`. */
function decimalStep(least: number, whole = false): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factors = whole && power < 10 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10];
  const factor = factors.find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** The step between ticks that people of the unit find round; at least `least`. */
export function niceStep(least: number, unit: Unit = "number"): number {
  if (!(least > 0)) return 1;
  if (unit === "bytes") return Math.max(1, 2 ** Math.ceil(Math.log2(least) - 1e-9));
  if (unit === "ms" && least > 500) return DURATION_STEPS.find((each) => each >= least) ?? decimalStep(least);
  if (unit === "s" && least > 0.5) {
    const ms = DURATION_STEPS.find((each) => each >= least * 1000);
    return ms === undefined ? decimalStep(least) : ms / 1000;
  }
  const step = decimalStep(least, isWhole(unit));
  return isWhole(unit) ? Math.max(1, step) : step;
}

/** Ticks of a value axis: round, within `min` and `max`, at most `most` of them. */
export function valueTicks(min: number, max: number, most: number, unit: Unit = "number"): number[] {
  if (!(max > min)) return [min];
  let step = niceStep((max - min) / Math.max(1, most), unit);
  if (Math.floor(max / step) - Math.ceil(min / step) + 1 > most) step = niceStep(step * 1.01, unit);
  const ticks: number[] = [];
  for (let n = Math.ceil(min / step - 1e-9); n * step <= max * (1 + 1e-9); n++) {
    // Without the dust of binary fractions.
    ticks.push(Number((n * step).toPrecision(12)));
  }
  return ticks;
}

/** Both ends of a value axis for data from `min` to `max`: zero is on it, and there is air above. */
export function valueBounds(min: number, max: number): [number, number] {
  const low = Math.min(0, Number.isFinite(min) ? min : 0);
  const high = Math.max(0, Number.isFinite(max) ? max : 0);
  if (low === 0 && high === 0) return [0, 1];
  const air = (high - low) * 0.06;
  return [low < 0 ? low - air : 0, high > 0 ? high + air : 0];
}

const TIME_STEPS: readonly [number, TimeUnit][] = [
  [1, "s"],
  [2, "s"],
  [5, "s"],
  [10, "s"],
  [15, "s"],
  [30, "s"],
  [1, "m"],
  [2, "m"],
  [5, "m"],
  [10, "m"],
  [15, "m"],
  [30, "m"],
  [1, "h"],
  [2, "h"],
  [3, "h"],
  [6, "h"],
  [12, "h"],
  [1, "d"],
  [2, "d"],
  [1, "w"],
  [2, "w"],
  [1, "M"],
  [3, "M"],
  [6, "M"],
  [1, "y"],
];
const UNIT_MS: Record<TimeUnit, number> = {
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
  M: 30 * DAY,
  y: 365 * DAY,
};
const ABOVE: Partial<Record<TimeUnit, TimeUnit>> = { s: "m", m: "h" };

/**
 * Ticks of a time axis at round wall times of the zone, at most `most`: every 5 minutes, 6 hours, first of the
 * month. Epoch milliseconds.
 */
export function timeTicks(from: number, to: number, most: number, timeZone: string): number[] {
  if (!(to > from)) return [];
  const least = (to - from) / Math.max(1, most);
  const [count, unit] = TIME_STEPS.find(([n, each]) => n * UNIT_MS[each] >= least) ?? [
    Math.ceil(least / UNIT_MS.y),
    "y" as const,
  ];
  const above = unit === "h" ? "d" : ABOVE[unit];
  let tick = startOf(from, above ?? (unit === "M" ? "y" : unit), timeZone);
  const step = count * UNIT_MS[unit];
  if (unit !== "h" && above !== undefined) tick += Math.floor((from - tick) / step) * step;
  const ticks: number[] = [];
  while (tick <= to) {
    if (tick >= from) ticks.push(tick);
    tick = unit === "h" ? nextHour(tick, count, timeZone) : addUnits(tick, count, unit, timeZone);
  }
  return ticks;
}

/** The next hour on the wall that is a multiple of `count`, so that 6:00 stays 6:00 when the clock changes. */
function nextHour(tick: number, count: number, timeZone: string): number {
  const wall = wallTime(tick, timeZone);
  const hour = (Math.floor(wall.hour / count) + 1) * count;
  const next = instantOf({ ...wall, hour, minute: 0, second: 0, ms: 0 }, timeZone);
  // In the hour that comes twice the wall stands still.
  return next > tick ? next : tick + count * HOUR;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const pad = (n: number) => String(n).padStart(2, "0");

/** The words of a tick: the clock, the day at midnight, the year at its first day. */
export function timeTickLabel(tick: number, stepMs: number, timeZone: string): string {
  const at = wallTime(tick, timeZone);
  if (at.hour === 0 && at.minute === 0 && at.second === 0) {
    if (at.month === 1 && at.day === 1) return String(at.year);
    return stepMs >= 28 * DAY ? MONTHS[at.month - 1]! : `${MONTHS[at.month - 1]} ${at.day}`;
  }
  const clock = `${pad(at.hour)}:${pad(at.minute)}`;
  return stepMs < MINUTE ? `${clock}:${pad(at.second)}` : clock;
}
