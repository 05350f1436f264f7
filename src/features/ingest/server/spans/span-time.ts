import type { SpanView } from "#features/telemetry/server/index.ts";

const TWO_32 = 0x1_0000_0000;

/** Length of a span in nanoseconds; exact up to 2^53 ns, which is 104 days, and never negative. */
export function durationNs(span: SpanView): number {
  return Math.max(0, (span.endHigh - span.startHigh) * TWO_32 + (span.endLow - span.startLow));
}

/** End of a span in milliseconds since 1970. */
export function endMs(span: SpanView): number {
  return (span.endHigh * TWO_32 + span.endLow) / 1e6;
}

/** Start of a span in milliseconds since 1970. */
export function startMs(span: SpanView): number {
  return (span.startHigh * TWO_32 + span.startLow) / 1e6;
}
