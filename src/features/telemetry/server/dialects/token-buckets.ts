import type { SpanFacts } from "./dialect.ts";

/** A token count that can be stored: a whole number from 0 to 2^53 - 1; anything else is 0 or clamped. */
export function tokenCount(value: number | undefined): number {
  if (value === undefined || !(value > 0)) return 0;
  return value >= Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Math.trunc(value);
}

/**
 * Splits reported usage into exclusive buckets.
 *
 * By the OpenTelemetry conventions `input` includes cached tokens and `output` includes reasoning, but some
 * emitters pass on figures of providers that report them apart. What tells the two apart:
 * - a part larger than its whole cannot be inside it;
 * - a `total` that equals the sum only when the part is added on top.
 * Without such evidence the convention holds. Where only a total was reported, what output leaves of it
 * counts as input, so that the tokens are not lost.
 */
export function fillUsage(
  facts: SpanFacts,
  reportedInput: number | undefined,
  reportedOutput: number | undefined,
  reportedCacheRead: number | undefined,
  reportedCacheWrite: number | undefined,
  reportedReasoning: number | undefined,
  reportedTotal: number | undefined,
): void {
  const output = tokenCount(reportedOutput);
  const cacheRead = tokenCount(reportedCacheRead);
  const cacheWrite = tokenCount(reportedCacheWrite);
  const reasoning = tokenCount(reportedReasoning);
  const total = tokenCount(reportedTotal);
  const cached = cacheRead + cacheWrite;
  let input = tokenCount(reportedInput);
  if (reportedInput === undefined && total > output) input = total - output;

  const surplus = total - input - output;
  const cacheApart = cached > input || (cached > 0 && (surplus === cached || surplus === cached + reasoning));
  const reasoningApart =
    reasoning > output ||
    (reasoning > 0 && (surplus === reasoning || surplus === cached + reasoning) && surplus > 0);

  facts.inputUncached = cacheApart ? input : input - cached;
  facts.cacheRead = cacheRead;
  facts.cacheWrite = cacheWrite;
  facts.cacheWriteLong = 0;
  facts.output = reasoningApart ? output : output - reasoning;
  facts.reasoning = reasoning;
  facts.inputAudio = 0;
  facts.outputAudio = 0;
}

/** Takes what was written to the cache for an hour out of the cache writes, which `fillUsage` filled. */
export function splitCacheWrite(facts: SpanFacts, writtenForAnHour: number | undefined): void {
  const long = Math.min(tokenCount(writtenForAnHour), facts.cacheWrite);
  facts.cacheWrite -= long;
  facts.cacheWriteLong += long;
}

/**
 * Takes audio out of the uncached input and the output, which `fillUsage` filled. `cachedAudio` is the part of
 * the audio input that came from the cache: it stays a cache read.
 */
export function splitAudio(
  facts: SpanFacts,
  inputAudio: number | undefined,
  outputAudio: number | undefined,
  cachedAudio?: number,
): void {
  const heard = Math.max(0, tokenCount(inputAudio) - tokenCount(cachedAudio));
  const input = Math.min(heard, facts.inputUncached);
  facts.inputUncached -= input;
  facts.inputAudio += input;
  const output = Math.min(tokenCount(outputAudio), facts.output);
  facts.output -= output;
  facts.outputAudio += output;
}

/**
 * Empties what a span used and what it cost by its own account: for a span that repeats the figures of others,
 * which would count twice.
 */
export function dropUsage(facts: SpanFacts): void {
  fillUsage(facts, undefined, undefined, undefined, undefined, undefined, undefined);
  facts.reportedCostUsd = Number.NaN;
}
