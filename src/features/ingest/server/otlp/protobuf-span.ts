import type { SpanView } from "#features/telemetry/server/index.ts";
import { Added } from "./added.ts";
import { spanNames } from "./interned-text.ts";
import {
  MAX_ATTRIBUTES,
  MAX_EVENT_ATTRIBUTES,
  MAX_EVENT_ATTRIBUTES_PER_SPAN,
  MAX_EVENTS,
  MAX_LINKS,
  MAX_NAME_BYTES,
  MAX_STATUS_MESSAGE_BYTES,
} from "./limits.ts";
import type { PlainValue } from "./plain-value.ts";
import { PlainReader, readAttribute } from "./protobuf-any-value.ts";
import { Reason } from "./rejection-reasons.ts";
import { SpanLosses } from "./span-losses.ts";
import { knownKind, knownStatus, settleTimes, UNNAMED } from "./span-rules.ts";
import { decodeText } from "./utf8-text.ts";
import type { WireCursor } from "./wire-cursor.ts";

/** Tags (`field << 3 | wire type`) of opentelemetry.proto.trace.v1.Span. */
const Tag = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  parentSpanId: 0x22,
  name: 0x2a,
  kind: 0x30,
  start: 0x39,
  end: 0x41,
  attribute: 0x4a,
  droppedAttributes: 0x50,
  event: 0x5a,
  droppedEvents: 0x60,
  link: 0x6a,
  droppedLinks: 0x70,
  status: 0x7a,
  flags: 0x85,
} as const;
const LAST_FIELD = 16;

/** Reads Span messages into one reused view. */
export class ProtobufSpanReader {
  private readonly cursor: WireCursor;
  private readonly view: SpanView;
  private readonly latestNs: number;
  private readonly losses = new SpanLosses();
  private eventAttributes = 0;

  constructor(cursor: WireCursor, view: SpanView, latestNs: number) {
    this.cursor = cursor;
    this.view = view;
    this.latestNs = latestNs;
  }

  /** Reads the Span message between `cursor.pos` and `end`; answers why it was refused, or the empty text. */
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
    const { bytes } = cursor;
    const { attributes } = view;
    attributes.reset(bytes);
    losses.reset();
    this.eventAttributes = 0;
    view.hasParent = false;
    view.name = UNNAMED;
    view.kind = 0;
    view.startHigh = view.startLow = view.endHigh = view.endLow = 0;
    view.statusCode = 0;
    view.statusMessage = "";
    view.traceState = "";
    if (view.events.length > 0) view.events.length = 0;
    if (view.links.length > 0) view.links.length = 0;
    let idFailure: Reason | "" = "";
    let hasTraceId = false;
    let hasSpanId = false;
    let attributeCount = 0;

    while (cursor.pos < end) {
      const tag = cursor.tag();
      switch (tag) {
        case Tag.attribute: {
          const stop = cursor.delimited();
          if (++attributeCount > MAX_ATTRIBUTES) {
            losses.attributes++;
            cursor.pos = stop;
          } else {
            const added = readAttribute(cursor, stop, attributes);
            if (added !== Added.kept) losses.count(added);
          }
          break;
        }
        case Tag.traceId: {
          const stop = cursor.delimited();
          if (stop - cursor.pos === 16) hasTraceId = copyId(bytes, cursor.pos, 16, view.traceId);
          else if (stop !== cursor.pos) idFailure = Reason.traceIdLength;
          cursor.pos = stop;
          break;
        }
        case Tag.spanId: {
          const stop = cursor.delimited();
          if (stop - cursor.pos === 8) hasSpanId = copyId(bytes, cursor.pos, 8, view.spanId);
          else if (stop !== cursor.pos && idFailure === "") idFailure = Reason.spanIdLength;
          cursor.pos = stop;
          break;
        }
        case Tag.parentSpanId: {
          const stop = cursor.delimited();
          if (stop - cursor.pos === 8) view.hasParent = copyId(bytes, cursor.pos, 8, view.parentSpanId);
          else if (stop !== cursor.pos && idFailure === "") idFailure = Reason.parentIdLength;
          cursor.pos = stop;
          break;
        }
        case Tag.name: {
          const stop = cursor.delimited();
          view.name = stop === cursor.pos ? UNNAMED : spanNames.read(bytes, cursor.pos, stop, MAX_NAME_BYTES);
          cursor.pos = stop;
          break;
        }
        case Tag.kind:
          view.kind = knownKind(cursor.varint());
          break;
        case Tag.start:
          view.startLow = cursor.fixed64();
          view.startHigh = cursor.high;
          break;
        case Tag.end:
          view.endLow = cursor.fixed64();
          view.endHigh = cursor.high;
          break;
        case Tag.status:
          this.status(cursor.delimited());
          break;
        case Tag.event: {
          const stop = cursor.delimited();
          if (view.events.length >= MAX_EVENTS) losses.events++;
          else this.event(stop);
          if (cursor.failure === "") cursor.pos = stop;
          break;
        }
        case Tag.link: {
          const stop = cursor.delimited();
          if (view.links.length >= MAX_LINKS) losses.links++;
          else this.link(stop);
          if (cursor.failure === "") cursor.pos = stop;
          break;
        }
        case Tag.traceState: {
          const stop = cursor.delimited();
          view.traceState = decodeText(bytes, cursor.pos, stop, MAX_NAME_BYTES);
          cursor.pos = stop;
          break;
        }
        case Tag.droppedAttributes:
          losses.sentAttributes = cursor.varint();
          break;
        case Tag.droppedEvents:
          losses.sentEvents = cursor.varint();
          break;
        case Tag.droppedLinks:
          losses.sentLinks = cursor.varint();
          break;
        case Tag.flags:
          cursor.skip(tag);
          break;
        default:
          if (tag === 0) break;
          if (tag >>> 3 <= LAST_FIELD) cursor.fail(Reason.wireType);
          else cursor.skip(tag);
      }
    }

    if (cursor.failure !== "") return cursor.failure;
    if (idFailure !== "") return idFailure;
    if (!hasTraceId) return Reason.traceIdZero;
    if (!hasSpanId) return Reason.spanIdZero;
    if (!view.hasParent) view.parentSpanId.fill(0);
    const timeFailure = settleTimes(view, this.latestNs);
    if (timeFailure !== "") return timeFailure;
    if (losses.any) losses.addTo(attributes);
    return "";
  }

  private status(end: number): void {
    const { cursor, view } = this;
    const outer = cursor.end;
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === 0x18) view.statusCode = knownStatus(cursor.varint());
      else if (tag === 0x12) {
        const stop = cursor.delimited();
        view.statusMessage = decodeText(cursor.bytes, cursor.pos, stop, MAX_STATUS_MESSAGE_BYTES);
        cursor.pos = stop;
      } else if (tag >>> 3 === 2 || tag >>> 3 === 3) cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    this.leave(end, outer);
  }

  private event(end: number): void {
    const { cursor } = this;
    const outer = cursor.end;
    cursor.end = end;
    let low = 0;
    let high = 0;
    let name = "";
    const attributes: Record<string, PlainValue> = Object.create(null);
    let count = 0;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === 0x09) {
        low = cursor.fixed64();
        high = cursor.high;
      } else if (tag === 0x12) {
        const stop = cursor.delimited();
        name = spanNames.read(cursor.bytes, cursor.pos, stop, MAX_NAME_BYTES);
        cursor.pos = stop;
      } else if (tag === 0x1a) this.plainAttribute(cursor.delimited(), attributes, ++count);
      else if (tag >>> 3 >= 1 && tag >>> 3 <= 3) cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    this.leave(end, outer);
    if (cursor.failure !== "") return;
    const timeNs = (BigInt(high) << 32n) | BigInt(low);
    this.view.events.push({ timeNs, name: name === "" ? UNNAMED : name, attributes });
  }

  private link(end: number): void {
    const { cursor } = this;
    const outer = cursor.end;
    cursor.end = end;
    let traceId = "";
    let spanId = "";
    const attributes: Record<string, PlainValue> = Object.create(null);
    let count = 0;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === 0x0a || tag === 0x12) {
        const stop = cursor.delimited();
        const expected = tag === 0x0a ? 16 : 8;
        const id = stop - cursor.pos === expected ? cursor.bytes.toString("hex", cursor.pos, stop) : "";
        if (tag === 0x0a) traceId = id;
        else spanId = id;
        cursor.pos = stop;
      } else if (tag === 0x22) this.plainAttribute(cursor.delimited(), attributes, ++count);
      else if (tag >>> 3 >= 1 && tag >>> 3 <= 4 && tag >>> 3 !== 3) cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    this.leave(end, outer);
    if (cursor.failure !== "") return;
    if (traceId === "" || spanId === "") this.losses.links++;
    else this.view.links.push({ traceId, spanId, attributes });
  }

  private plainAttribute(end: number, into: Record<string, PlainValue>, count: number): void {
    const { cursor } = this;
    if (cursor.failure !== "") return;
    if (count > MAX_EVENT_ATTRIBUTES || ++this.eventAttributes > MAX_EVENT_ATTRIBUTES_PER_SPAN) {
      this.losses.attributes++;
      cursor.pos = end;
      return;
    }
    const reader = new PlainReader(cursor);
    if (!reader.entry(cursor.pos, end, 0, into)) this.losses.attributes++;
    if (reader.cut) this.losses.values++;
  }

  /** Goes back to the enclosing message; after a failure everything up to its end is passed over. */
  private leave(end: number, outer: number): void {
    this.cursor.end = outer;
    this.cursor.pos = this.cursor.failure === "" ? end : outer;
  }
}

/** Copies an id; false when all its bytes are zero. */
function copyId(bytes: Buffer, start: number, length: number, into: Buffer): boolean {
  let any = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!;
    into[i] = byte;
    any |= byte;
  }
  return any !== 0;
}
