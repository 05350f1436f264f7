import type { LogView } from "../logs/log-view.ts";
import { Added } from "./added.ts";
import { spanNames } from "./interned-text.ts";
import { MAX_ATTRIBUTES, MAX_NAME_BYTES } from "./limits.ts";
import { knownSeverity, settleBody, settleLogTimes } from "./log-rules.ts";
import { PlainReader, readAttribute } from "./protobuf-any-value.ts";
import { Reason } from "./rejection-reasons.ts";
import { SpanLosses } from "./span-losses.ts";
import type { WireCursor } from "./wire-cursor.ts";

/** Tags (`field << 3 | wire type`) of opentelemetry.proto.logs.v1.LogRecord. */
const Tag = {
  time: 0x09,
  severityNumber: 0x10,
  severityText: 0x1a,
  body: 0x2a,
  attribute: 0x32,
  droppedAttributes: 0x38,
  flags: 0x45,
  traceId: 0x4a,
  spanId: 0x52,
  observedTime: 0x59,
  eventName: 0x62,
} as const;
/** Field 4 is reserved: it was the name once, and senders of that time still fill it. */
const RESERVED_FIELD = 4;
const LAST_FIELD = 12;

/** Reads LogRecord messages into one reused view. */
export class ProtobufLogReader {
  private readonly cursor: WireCursor;
  private readonly view: LogView;
  private readonly latestNs: number;
  private readonly losses = new SpanLosses();

  constructor(cursor: WireCursor, view: LogView, latestNs: number) {
    this.cursor = cursor;
    this.view = view;
    this.latestNs = latestNs;
  }

  /** Reads the LogRecord between `cursor.pos` and `end`; answers why it was refused, or the empty text. */
  read(end: number): Reason | "" {
    const { cursor } = this;
    const outer = cursor.end;
    cursor.end = end;
    const reason = this.fields(end);
    cursor.failure = "";
    cursor.pos = end;
    cursor.end = outer;
    return reason;
  }

  private fields(end: number): Reason | "" {
    const { cursor, view, losses } = this;
    view.reset(cursor.bytes);
    losses.reset();
    let attributes = 0;
    let idFailure: Reason | "" = "";
    while (cursor.pos < end) {
      const tag = cursor.tag();
      switch (tag) {
        case Tag.time:
          view.timeNs = this.fixed64();
          break;
        case Tag.observedTime:
          view.observedNs = this.fixed64();
          break;
        case Tag.severityNumber:
          view.severityNumber = knownSeverity(cursor.varint());
          break;
        case Tag.severityText:
          view.severityText = this.text();
          break;
        case Tag.eventName:
          view.eventName = this.text();
          break;
        case Tag.body: {
          const stop = cursor.delimited();
          const values = new PlainReader(cursor);
          const body = cursor.failure === "" ? values.value(cursor.pos, stop, 0) : null;
          settleBody(view, body);
          if (values.cut) losses.values++;
          break;
        }
        case Tag.attribute: {
          const stop = cursor.delimited();
          if (++attributes > MAX_ATTRIBUTES) {
            losses.attributes++;
            cursor.pos = stop;
          } else {
            const added = readAttribute(cursor, stop, view.attributes);
            if (added !== Added.kept) losses.count(added);
          }
          break;
        }
        case Tag.droppedAttributes:
          losses.sentAttributes = cursor.varint();
          break;
        case Tag.traceId:
          if (!this.id(view.traceId)) idFailure = Reason.logTraceId;
          break;
        case Tag.spanId:
          if (!this.id(view.spanId)) idFailure ||= Reason.logSpanId;
          break;
        case Tag.flags:
          view.traceFlags = cursor.end > cursor.pos ? cursor.bytes[cursor.pos]! : 0;
          cursor.skip(tag);
          break;
        default:
          if (tag === 0) break;
          if (tag >>> 3 <= LAST_FIELD && tag >>> 3 !== RESERVED_FIELD) cursor.fail(Reason.wireType);
          else cursor.skip(tag);
      }
    }
    if (cursor.failure !== "") return cursor.failure;
    if (idFailure !== "") return idFailure;
    const timeFailure = settleLogTimes(view, this.latestNs);
    if (timeFailure !== "") return timeFailure;
    if (losses.any) losses.addTo(view.attributes);
    return "";
  }

  /** Copies an id; an empty one is none, and false is another length. */
  private id(into: Buffer): boolean {
    const { cursor } = this;
    const stop = cursor.delimited();
    const length = stop - cursor.pos;
    if (length === into.length) cursor.bytes.copy(into, 0, cursor.pos, stop);
    cursor.pos = stop;
    return length === into.length || length === 0;
  }

  private text(): string {
    const { cursor } = this;
    const stop = cursor.delimited();
    const text = spanNames.read(cursor.bytes, cursor.pos, stop, MAX_NAME_BYTES);
    cursor.pos = stop;
    return text;
  }

  private fixed64(): bigint {
    const low = this.cursor.fixed64();
    return (BigInt(this.cursor.high) << 32n) | BigInt(low);
  }
}
