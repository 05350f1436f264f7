const HOUR_MS = 3_600_000;
/** Most hours of one run: more would make one rewrite of the parts long, fewer would make many. */
const MAX_HOURS = 24;
/** How far back sampling goes when it is switched on. */
const LOOK_BACK_HOURS = 7 * 24;

/** The whole hours a sampling run covers; traces must start in it, and end at the latest an hour after it. */
export interface SamplingRange {
  fromMs: number;
  toMs: number;
}

/** The next hours to sample, or undefined while none is due. The hour after the range must be settled, too. */
export function nextSamplingRange(input: {
  nowMs: number;
  afterHours: number;
  sampledUntilMs: number | undefined;
  settledUntilMs: number;
}): SamplingRange | undefined {
  const lastMs = Math.min(input.nowMs - input.afterHours * HOUR_MS, input.settledUntilMs - HOUR_MS);
  const toMs = Math.floor(lastMs / HOUR_MS) * HOUR_MS;
  const fromMs = Math.max(input.sampledUntilMs ?? 0, toMs - LOOK_BACK_HOURS * HOUR_MS);
  if (fromMs >= toMs) return undefined;
  return { fromMs, toMs: Math.min(toMs, fromMs + MAX_HOURS * HOUR_MS) };
}
