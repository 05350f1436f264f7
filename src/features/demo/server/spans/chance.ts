import { randomAt } from "#platform/testing/openai-stub/random.ts";

/** A source of chance that repeats itself for the same seed, so that a scenario can be told again. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** True with probability `p`. */
  happens(p: number): boolean;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** A duration in milliseconds around `median`, with the long right tail that latencies have. */
  duration(median: number): number;
}

/** Chance that depends on the seed alone. */
export function createChance(seed: number): Chance {
  let index = 0;
  const next = () => randomAt(seed, index++);
  return {
    next,
    happens: (p) => next() < p,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
    // Log-normal by Box-Muller, sigma 0.45: p50 is the median, p95 about twice, p99 about three times it.
    duration: (median) =>
      median * Math.exp(0.45 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())),
  };
}
