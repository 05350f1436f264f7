import type { LogView } from "../logs/log-view.ts";
import { EARLIEST_TIME_NS, MAX_VALUE_BYTES } from "./limits.ts";
import { type PlainValue, plainAsText } from "./plain-value.ts";
import { Reason } from "./rejection-reasons.ts";
import { limitText } from "./utf8-text.ts";

/** Called once per accepted log record. The view is reused: whoever keeps a value copies it. */
export type LogSink = (log: LogView) => void;

/** Puts a record's times in order, or says why they cannot be. A record without a time happened when it was observed. */
export function settleLogTimes(log: LogView, latestNs: number): Reason | "" {
  if (log.timeNs === 0n) log.timeNs = log.observedNs;
  const time = Number(log.timeNs);
  if (time === 0) return Reason.noLogTime;
  if (time < EARLIEST_TIME_NS) return Reason.tooEarly;
  if (time > latestNs) return Reason.tooLate;
  const observed = Number(log.observedNs);
  // An observed time that is none says as much as none.
  if (observed < EARLIEST_TIME_NS || observed > latestNs) log.observedNs = 0n;
  return "";
}

/** Keeps a body: text as it is, nothing as the empty text, any other value as JSON. */
export function settleBody(log: LogView, body: PlainValue): void {
  log.bodyIsJson = body !== null && typeof body !== "string";
  const text = typeof body === "string" ? body : log.bodyIsJson ? JSON.stringify(body) : plainAsText(body);
  log.body = limitText(text, MAX_VALUE_BYTES);
  // JSON that was cut is only text.
  if (log.bodyIsJson && log.body.length < text.length) log.bodyIsJson = false;
}

/** OTLP's SeverityNumber, or 0 (not told) for a number it does not have. */
export function knownSeverity(number: number): number {
  return number >= 1 && number <= 24 ? number : 0;
}
