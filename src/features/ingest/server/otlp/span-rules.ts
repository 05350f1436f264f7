import type { SpanView } from "#features/telemetry/server/index.ts";
import { EARLIEST_TIME_NS, LATEST_AHEAD_MS } from "./limits.ts";
import { Reason } from "./rejection-reasons.ts";

/** Shown for a span whose sender gave it no name. */
export const UNNAMED = "(unnamed)";

/** Latest acceptable time in nanoseconds, as a double: the tolerance is far coarser than its rounding. */
export function latestTimeNs(nowMs: number): number {
  return (nowMs + LATEST_AHEAD_MS) * 1e6;
}

/**
 * Puts a span's times in order, or says why they cannot be: a missing start takes the end, a missing or
 * earlier end takes the start, and times before 2000 or more than a day ahead are refused.
 */
export function settleTimes(span: SpanView, latestNs: number): Reason | "" {
  let start = span.startHigh * 4294967296 + span.startLow;
  let end = span.endHigh * 4294967296 + span.endLow;
  if (start === 0) {
    if (end === 0) return Reason.noTime;
    span.startHigh = span.endHigh;
    span.startLow = span.endLow;
    start = end;
  }
  if (end === 0) end = start;
  if (start < EARLIEST_TIME_NS) return Reason.tooEarly;
  if (start > latestNs || end > latestNs) return Reason.tooLate;
  if (span.endHigh < span.startHigh || (span.endHigh === span.startHigh && span.endLow < span.startLow)) {
    span.endHigh = span.startHigh;
    span.endLow = span.startLow;
  }
  return "";
}

/** OTLP's SpanKind, or 0 (unspecified) for a number it does not have. */
export function knownKind(kind: number): number {
  return kind >= 1 && kind <= 5 ? kind : 0;
}

/** OTLP's status code, or 0 (unset) for a number it does not have. */
export function knownStatus(code: number): number {
  return code === 1 || code === 2 ? code : 0;
}
