import { Attributes, type SpanOrigin } from "#features/telemetry/server/index.ts";

/**
 * One decoded log record as readers of every encoding hand it on. There is one such object per reader, refilled for
 * each record: whoever wants to keep a value copies it.
 */
export class LogView {
  /** Nanoseconds since 1970; never 0 when handed on. */
  timeNs = 0n;
  /** 0 when not told. */
  observedNs = 0n;
  /** OpenTelemetry's SeverityNumber, 0 (not told) to 24. */
  severityNumber = 0;
  severityText = "";
  eventName = "";
  /** The message; JSON text when `bodyIsJson`. */
  body = "";
  bodyIsJson = false;
  /** 16 and 8 bytes, all zeros when the record belongs to no trace or span. */
  readonly traceId = Buffer.alloc(16);
  readonly spanId = Buffer.alloc(8);
  traceFlags = 0;
  readonly attributes = new Attributes();
  origin!: SpanOrigin;

  /** Empties the view; `source` holds what byte ranges of attributes will point into. */
  reset(source: Buffer): void {
    this.timeNs = 0n;
    this.observedNs = 0n;
    this.severityNumber = 0;
    this.severityText = "";
    this.eventName = "";
    this.body = "";
    this.bodyIsJson = false;
    this.traceId.fill(0);
    this.spanId.fill(0);
    this.traceFlags = 0;
    this.attributes.reset(source);
  }
}
