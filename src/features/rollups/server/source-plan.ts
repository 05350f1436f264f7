import type { Coverage, HourState } from "./rollup-ledger.ts";
import { DAY_MS, HOUR_MS } from "./rollup-times.ts";

/** A half-open range whose spans are read themselves. */
export interface SpanRange {
  fromMs: number;
  toMs: number;
  /** Only spans received since then; 0: all. */
  receivedFromMs: number;
}

/** Where the sums of a range are to be read, so that every span counts once. */
export interface SourcePlan {
  /** Rows of `span_days` that count. */
  days: { dayMs: number; generation: number }[];
  /** Rows of `span_hours` that count. */
  hours: { hourMs: number; generation: number }[];
  spans: SpanRange[];
}

/** A range read from its spans alone. */
export function spansOnly(fromMs: number, toMs: number): SourcePlan {
  return { days: [], hours: [], spans: [{ fromMs, toMs, receivedFromMs: 0 }] };
}

/**
 * Chooses the source for each part of a range: rollup rows for settled hours that lie within it (whole days
 * where `days` allows), the spans for what is not settled, for dirty hours, and for the range's two ends. An end
 * that falls into a frozen hour takes the whole hour, since its spans are no longer all there.
 */
export function planSources(
  coverage: Coverage,
  range: { fromMs: number; toMs: number },
  options: { days: boolean },
): SourcePlan {
  const { fromMs, toMs } = range;
  const settledTo = Math.min(toMs, coverage.settledUntilMs);
  const plan: SourcePlan = { days: [], hours: [], spans: [] };
  const days = new Map(
    coverage.days
      .filter(({ dayMs }) => options.days && dayMs >= fromMs && dayMs + DAY_MS <= settledTo)
      .map((day) => [day.dayMs, day.generation]),
  );
  for (const [dayMs, generation] of days) plan.days.push({ dayMs, generation });
  for (const hour of coverage.hours) {
    const endMs = hour.hourMs + HOUR_MS;
    if (endMs <= fromMs || hour.hourMs >= settledTo) continue;
    if (days.has(Math.floor(hour.hourMs / DAY_MS) * DAY_MS)) continue;
    addHour(plan, hour, Math.max(hour.hourMs, fromMs), Math.min(endMs, toMs));
  }
  if (toMs > settledTo) plan.spans.push({ fromMs: Math.max(fromMs, settledTo), toMs, receivedFromMs: 0 });
  plan.spans = joined(plan.spans);
  return plan;
}

function addHour(plan: SourcePlan, hour: HourState, fromMs: number, toMs: number): void {
  const frozen = hour.baseGenerations.length > 0;
  const whole = toMs - fromMs === HOUR_MS;
  const readSpans = hour.dirty || !(whole || frozen);
  const generations = readSpans ? hour.baseGenerations : hour.generations;
  for (const generation of generations) plan.hours.push({ hourMs: hour.hourMs, generation });
  if (readSpans) plan.spans.push({ fromMs, toMs, receivedFromMs: hour.receivedFromMs });
}

/** Neighbours with the same condition become one range. */
function joined(ranges: readonly SpanRange[]): SpanRange[] {
  const result: SpanRange[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (last && last.toMs === range.fromMs && last.receivedFromMs === range.receivedFromMs)
      last.toMs = range.toMs;
    else result.push({ ...range });
  }
  return result;
}
