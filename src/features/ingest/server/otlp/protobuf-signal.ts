import { Reason } from "./rejection-reasons.ts";
import { WireCursor, WireType } from "./wire-cursor.ts";

/** Tag of field 1: a metric's name, a span's trace id. */
const NAME_OR_TRACE_ID = 0x0a;

/**
 * Says what a refused span most likely is, since exports of logs and metrics have the same outer framing and
 * arrive when an exporter is given the wrong URL. Decided by fields that a span never has: a LogRecord has
 * fixed64 times in 1 and 11; a Metric has messages in 7 and 10, or else no time and a readable name in the
 * place of the trace id.
 */
export function guessSignal(bytes: Buffer, start: number, end: number): Reason | "" {
  const cursor = new WireCursor(bytes, start, end);
  let hasSpanTime = false;
  let hasMetricData = false;
  let hasReadableName = false;
  while (cursor.pos < cursor.end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    const wireType = tag & 7;
    if ((field === 1 || field === 11) && wireType === WireType.fixed64) return Reason.logRecord;
    if (field === 2 && wireType === WireType.varint) return Reason.logRecord;
    if ((field === 7 || field === 10) && wireType === WireType.bytes) return Reason.metric;
    if ((field === 7 || field === 8) && wireType === WireType.fixed64) hasSpanTime = true;
    if ((field === 5 || field === 9 || field === 11) && wireType === WireType.bytes) hasMetricData = true;
    if (tag === NAME_OR_TRACE_ID) {
      const stop = cursor.delimited();
      hasReadableName = isPrintable(bytes, cursor.pos, stop);
      cursor.pos = stop;
    } else if (tag !== 0) cursor.skip(tag);
  }
  const isMetric = cursor.failure === "" && hasReadableName && hasMetricData && !hasSpanTime;
  return isMetric ? Reason.metric : "";
}

/** True for printable ASCII, which 16 random bytes are once in ten million. */
function isPrintable(bytes: Buffer, start: number, end: number): boolean {
  for (let pos = start; pos < end; pos++) if (bytes[pos]! < 0x20 || bytes[pos]! > 0x7e) return false;
  return end > start;
}

/**
 * Says what an item of the logs or metrics path most likely is instead: a span has fixed64 times in 7 and 8, a
 * LogRecord in 1 or 11, and a Metric begins with a readable name and holds messages in 5 to 11. Empty when it may
 * well be what it should be.
 */
export function guessMisplaced(
  bytes: Buffer,
  start: number,
  end: number,
  expected: "metric" | "log",
): Reason | "" {
  const cursor = new WireCursor(bytes, start, end);
  let spanTimes = 0;
  let hasLogTime = false;
  let hasMetricData = false;
  let hasReadableName = false;
  while (cursor.pos < cursor.end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    const wireType = tag & 7;
    if ((field === 7 || field === 8) && wireType === WireType.fixed64) spanTimes++;
    if ((field === 1 || field === 11) && wireType === WireType.fixed64) hasLogTime = true;
    if ([5, 7, 9, 10, 11].includes(field) && wireType === WireType.bytes) hasMetricData = true;
    if (tag === NAME_OR_TRACE_ID) {
      const stop = cursor.delimited();
      hasReadableName = isPrintable(bytes, cursor.pos, stop);
      cursor.pos = stop;
    } else if (tag !== 0) cursor.skip(tag);
  }
  if (cursor.failure !== "") return "";
  if (spanTimes > 0) return Reason.misplacedSpan;
  if (expected === "metric") return hasLogTime ? Reason.logRecord : "";
  return hasReadableName && hasMetricData && !hasLogTime ? Reason.metric : "";
}
