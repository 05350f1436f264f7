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
  facts.output = reasoningApart ? output : output - reasoning;
  facts.reasoning = reasoning;
}
