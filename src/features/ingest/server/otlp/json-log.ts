import type { LogView } from "../logs/log-view.ts";
import { Added } from "./added.ts";
import { addAnyValue, isObject, JsonPlainReader, parseInt64 } from "./json-any-value.ts";
import { readId } from "./json-ids.ts";
import type { JsonRange } from "./json-scanner.ts";
import { parseExact } from "./json-text.ts";
import { MAX_ATTRIBUTES, MAX_JSON_NODES, MAX_NAME_BYTES } from "./limits.ts";
import { knownSeverity, settleBody, settleLogTimes } from "./log-rules.ts";
import { Reason } from "./rejection-reasons.ts";
import { SpanLosses } from "./span-losses.ts";
import { limitText } from "./utf8-text.ts";

const EMPTY = Buffer.alloc(0);
/** SeverityNumber by name: four steps of each, the first without a digit. */
const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].flatMap((name) =>
  [1, 2, 3, 4].map((step) => (step === 1 ? name : name + step)),
);

/** Marks a shape that OTLP/JSON does not have; ends the reading of one record. */
class ShapeError extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Reads log records of OTLP/JSON into one reused view. */
export class JsonLogReader {
  private readonly bytes: Buffer;
  private readonly view: LogView;
  private readonly latestNs: number;
  private readonly losses = new SpanLosses();

  constructor(bytes: Buffer, view: LogView, latestNs: number) {
    this.bytes = bytes;
    this.view = view;
    this.latestNs = latestNs;
  }

  /** Reads the record whose JSON lies in `range`; answers why it was refused, or the empty text. */
  read(range: JsonRange): Reason | "" {
    const { view, losses } = this;
    view.reset(EMPTY);
    losses.reset();
    try {
      if (range.nodes > MAX_JSON_NODES) return Reason.jsonShape;
      const record = parseExact(this.bytes, range);
      if (!isObject(record)) return Reason.jsonShape;
      for (const name in record) this.field(name, record[name]);
    } catch (error) {
      if (error instanceof ShapeError) return error.reason;
      if (error instanceof SyntaxError) return Reason.jsonSyntax;
      if (error instanceof RangeError) return Reason.jsonShape;
      throw error;
    }
    const timeFailure = settleLogTimes(view, this.latestNs);
    if (timeFailure !== "") return timeFailure;
    if (losses.any) losses.addTo(view.attributes);
    return "";
  }

  private field(name: string, value: unknown): void {
    if (value === null || value === undefined) return;
    const { view } = this;
    switch (name) {
      case "timeUnixNano":
      case "time_unix_nano":
        view.timeNs = time(value);
        break;
      case "observedTimeUnixNano":
      case "observed_time_unix_nano":
        view.observedNs = time(value);
        break;
      case "severityNumber":
      case "severity_number":
        view.severityNumber = severity(value);
        break;
      case "severityText":
      case "severity_text":
        view.severityText = text(value);
        break;
      case "eventName":
      case "event_name":
        view.eventName = text(value);
        break;
      case "body": {
        const values = new JsonPlainReader();
        settleBody(view, values.value(value, 0));
        if (values.cut) this.losses.values++;
        break;
      }
      case "attributes":
        this.attributes(value);
        break;
      case "droppedAttributesCount":
      case "dropped_attributes_count":
        this.losses.sentAttributes = Math.max(0, Number(value) || 0);
        break;
      case "flags":
        view.traceFlags = (Number(value) || 0) & 0xff;
        break;
      case "traceId":
      case "trace_id":
        if (readId(value, view.traceId) === "invalid") throw new ShapeError(Reason.logTraceId);
        break;
      case "spanId":
      case "span_id":
        if (readId(value, view.spanId) === "invalid") throw new ShapeError(Reason.logSpanId);
        break;
    }
  }

  private attributes(value: unknown): void {
    const { losses, view } = this;
    if (typeof value !== "object" || value === null) throw new ShapeError(Reason.jsonShape);
    const entries: [unknown, unknown][] = Array.isArray(value)
      ? value.map((item) => (isObject(item) ? [item.key, item.value ?? null] : ["", null]))
      : Object.entries(value);
    entries.forEach(([key, item], index) => {
      losses.count(index < MAX_ATTRIBUTES ? addAnyValue(key, item, view.attributes) : Added.dropped);
    });
  }
}

function time(value: unknown): bigint {
  const ns = parseInt64(value);
  if (ns === undefined || ns < 0) throw new ShapeError(Reason.timeFormat);
  return BigInt(ns);
}

function text(value: unknown): string {
  if (typeof value === "string") return limitText(value, MAX_NAME_BYTES);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new ShapeError(Reason.jsonShape);
}

/** The number, numeric text, or the name with or without its prefix; 0 when it is none of these. */
function severity(value: unknown): number {
  if (typeof value === "number") return Number.isInteger(value) ? knownSeverity(value) : 0;
  if (typeof value !== "string") return 0;
  if (/^\d+$/.test(value)) return knownSeverity(Number(value));
  return SEVERITIES.indexOf(value.toUpperCase().replace("SEVERITY_NUMBER_", "")) + 1;
}
