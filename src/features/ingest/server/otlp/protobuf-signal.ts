import { Reason } from "./rejection-reasons.ts";
import { WireCursor, WireType } from "./wire-cursor.ts";

/**
 * Says what a refused span most likely is, since exports of logs and metrics have the same outer framing and
 * arrive when an exporter is given the wrong URL. Decided by fields that a span never has: a LogRecord has
 * fixed64 times in 1 and 11; a Metric has messages in 7 and 10, and no times of its own.
 */
export function guessSignal(bytes: Buffer, start: number, end: number): Reason | "" {
  const cursor = new WireCursor(bytes, start, end);
  let hasSpanTime = false;
  let hasMetricData = false;
  while (cursor.pos < cursor.end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    const wireType = tag & 7;
    if ((field === 1 || field === 11) && wireType === WireType.fixed64) return Reason.logRecord;
    if (field === 2 && wireType === WireType.varint) return Reason.logRecord;
    if ((field === 7 || field === 10) && wireType === WireType.bytes) return Reason.metric;
    if ((field === 7 || field === 8) && wireType === WireType.fixed64) hasSpanTime = true;
    if ((field === 5 || field === 9 || field === 11) && wireType === WireType.bytes) hasMetricData = true;
    if (tag !== 0) cursor.skip(tag);
  }
  return cursor.failure === "" && hasMetricData && !hasSpanTime ? Reason.metric : "";
}
