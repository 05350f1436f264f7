import type { SpanView } from "#features/telemetry/server/index.ts";
import { Added } from "./added.ts";
import { addAnyValue, isObject, JsonPlainReader, parseInt64 } from "./json-any-value.ts";
import { readId } from "./json-ids.ts";
import { JsonFramingError, type JsonRange, JsonScanner } from "./json-scanner.ts";
import { parseExact } from "./json-text.ts";
import {
  MAX_ATTRIBUTES,
  MAX_EVENT_ATTRIBUTES,
  MAX_EVENT_ATTRIBUTES_PER_SPAN,
  MAX_EVENTS,
  MAX_JSON_NODES,
  MAX_LINKS,
  MAX_NAME_BYTES,
  MAX_STATUS_MESSAGE_BYTES,
} from "./limits.ts";
import type { PlainValue } from "./plain-value.ts";
import { Reason } from "./rejection-reasons.ts";
import { SpanLosses } from "./span-losses.ts";
import { knownKind, knownStatus, settleTimes, UNNAMED } from "./span-rules.ts";
import { limitText } from "./utf8-text.ts";

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const STATUSES = ["UNSET", "OK", "ERROR"];
const EMPTY = Buffer.alloc(0);
/** A span has some twenty members; far more of them are not a span but an attempt to keep us busy. */
const MAX_SPAN_MEMBERS = 1_000;

/** Marks a shape that OTLP/JSON does not have; ends the reading of one span. */
class ShapeError extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Reads spans of OTLP/JSON into one reused view. */
export class JsonSpanReader {
  private readonly bytes: Buffer;
  private readonly view: SpanView;
  private readonly latestNs: number;
  private readonly losses = new SpanLosses();
  private readonly linkTraceId = Buffer.alloc(16);
  private readonly linkSpanId = Buffer.alloc(8);
  private attributeCount = 0;
  private eventAttributes = 0;

  constructor(bytes: Buffer, view: SpanView, latestNs: number) {
    this.bytes = bytes;
    this.view = view;
    this.latestNs = latestNs;
  }

  /** Reads the span whose JSON lies in `range`; answers why it was refused, or the empty text. */
  read(range: JsonRange): Reason | "" {
    this.reset();
    try {
      if (range.nodes <= MAX_JSON_NODES) this.whole(range);
      else this.piecewise(range);
    } catch (error) {
      if (error instanceof ShapeError) return error.reason;
      if (error instanceof SyntaxError || error instanceof JsonFramingError) return Reason.jsonSyntax;
      if (error instanceof RangeError) return Reason.jsonShape;
      throw error;
    }
    return this.finish();
  }

  private reset(): void {
    const { view } = this;
    view.attributes.reset(EMPTY);
    this.losses.reset();
    this.attributeCount = 0;
    this.eventAttributes = 0;
    view.traceId.fill(0);
    view.spanId.fill(0);
    view.parentSpanId.fill(0);
    view.hasParent = false;
    view.name = UNNAMED;
    view.kind = 0;
    view.startHigh = view.startLow = view.endHigh = view.endLow = 0;
    view.statusCode = 0;
    view.statusMessage = "";
    view.traceState = "";
    view.events.length = 0;
    view.links.length = 0;
  }

  private whole(range: JsonRange): void {
    const span = parseExact(this.bytes, range);
    if (!isObject(span)) throw new ShapeError(Reason.jsonShape);
    for (const name in span) this.field(name, span[name]);
  }

  /** A span of very many values is parsed value by value, so that what is over the limits is never built. */
  private piecewise(range: JsonRange): void {
    let members = 0;
    new JsonScanner(this.bytes, range.start, range.end).members((name, value) => {
      if (++members > MAX_SPAN_MEMBERS) throw new ShapeError(Reason.jsonShape);
      const each = this.listField(name);
      const opens = this.bytes[value.start];
      if (each === undefined || (opens !== 0x5b && opens !== 0x7b)) {
        if (value.nodes <= MAX_JSON_NODES) this.field(name, parseExact(this.bytes, value));
        return;
      }
      const inner = new JsonScanner(this.bytes, value.start, value.end);
      const piece = (key: string | undefined, at: JsonRange) => {
        if (at.nodes > MAX_JSON_NODES || each.full()) each.lose();
        else each.add(parseExact(this.bytes, at), key);
      };
      if (opens === 0x5b) inner.elements((at) => piece(undefined, at));
      else if (each.objects) inner.members((key, at) => piece(key, at));
    });
  }

  private field(name: string, value: unknown): void {
    if (value === null || value === undefined) return;
    const list = this.listField(name);
    if (list !== undefined) {
      if (Array.isArray(value))
        for (const item of value) list.full() ? list.lose() : list.add(item, undefined);
      else if (list.objects && isObject(value))
        for (const key in value) list.full() ? list.lose() : list.add(value[key], key);
      else throw new ShapeError(Reason.jsonShape);
      return;
    }
    const { view } = this;
    switch (name) {
      case "traceId":
      case "trace_id":
        if (readId(value, view.traceId) === "invalid") throw new ShapeError(Reason.traceIdLength);
        break;
      case "spanId":
      case "span_id":
        if (readId(value, view.spanId) === "invalid") throw new ShapeError(Reason.spanIdLength);
        break;
      case "parentSpanId":
      case "parent_span_id": {
        const kind = readId(value, view.parentSpanId);
        if (kind === "invalid") throw new ShapeError(Reason.parentIdLength);
        view.hasParent = kind === "given";
        break;
      }
      case "name": {
        const text = this.text(value, MAX_NAME_BYTES);
        view.name = text === "" ? UNNAMED : text;
        break;
      }
      case "kind":
        view.kind = knownKind(enumNumber(value, KINDS, "SPAN_KIND_"));
        break;
      case "startTimeUnixNano":
      case "start_time_unix_nano": {
        const ns = this.time(value);
        view.startHigh = Number(ns >> 32n);
        view.startLow = Number(ns & 0xffffffffn);
        break;
      }
      case "endTimeUnixNano":
      case "end_time_unix_nano": {
        const ns = this.time(value);
        view.endHigh = Number(ns >> 32n);
        view.endLow = Number(ns & 0xffffffffn);
        break;
      }
      case "status":
        if (!isObject(value)) throw new ShapeError(Reason.jsonShape);
        view.statusCode = knownStatus(enumNumber(value.code, STATUSES, "STATUS_CODE_"));
        view.statusMessage = this.text(value.message ?? "", MAX_STATUS_MESSAGE_BYTES);
        break;
      case "traceState":
      case "trace_state":
        view.traceState = this.text(value, MAX_NAME_BYTES);
        break;
      case "droppedAttributesCount":
      case "dropped_attributes_count":
        this.losses.sentAttributes = count(value);
        break;
      case "droppedEventsCount":
      case "dropped_events_count":
        this.losses.sentEvents = count(value);
        break;
      case "droppedLinksCount":
      case "dropped_links_count":
        this.losses.sentLinks = count(value);
        break;
    }
  }

  /** How the elements of a span's list fields are added. */
  private listField(name: string) {
    const { losses, view } = this;
    switch (name) {
      case "attributes":
        return {
          objects: true,
          full: () => ++this.attributeCount > MAX_ATTRIBUTES,
          lose: () => {
            losses.attributes++;
          },
          add: (item: unknown, key: string | undefined) => this.attribute(item, key),
        };
      case "events":
        return {
          objects: false,
          full: () => view.events.length >= MAX_EVENTS,
          lose: () => {
            losses.events++;
          },
          add: (item: unknown) => this.event(item),
        };
      case "links":
        return {
          objects: false,
          full: () => view.links.length >= MAX_LINKS,
          lose: () => {
            losses.links++;
          },
          add: (item: unknown) => this.link(item),
        };
      default:
        return undefined;
    }
  }

  /** One `{key, value}`, or, with `key`, one member of a plain object. */
  private attribute(item: unknown, key: string | undefined): void {
    const { losses, view } = this;
    if (key !== undefined) losses.count(addAnyValue(key, item, view.attributes));
    else if (isObject(item)) losses.count(addAnyValue(item.key, item.value ?? null, view.attributes));
    else losses.count(Added.dropped);
  }

  private event(item: unknown): void {
    if (!isObject(item)) throw new ShapeError(Reason.jsonShape);
    const time = item.timeUnixNano ?? item.time_unix_nano;
    const name = this.text(item.name ?? "", MAX_NAME_BYTES);
    this.view.events.push({
      timeNs: time === null || time === undefined ? 0n : this.time(time),
      name: name === "" ? UNNAMED : name,
      attributes: this.plainAttributes(item.attributes),
    });
  }

  private link(item: unknown): void {
    if (!isObject(item)) throw new ShapeError(Reason.jsonShape);
    const trace = readId(item.traceId ?? item.trace_id, this.linkTraceId);
    const span = readId(item.spanId ?? item.span_id, this.linkSpanId);
    const attributes = this.plainAttributes(item.attributes);
    if (trace === "invalid" || trace === "absent" || span === "invalid" || span === "absent") {
      this.losses.links++;
      return;
    }
    const traceId = this.linkTraceId.toString("hex");
    this.view.links.push({ traceId, spanId: this.linkSpanId.toString("hex"), attributes });
  }

  private plainAttributes(list: unknown): Record<string, PlainValue> {
    const plain: Record<string, PlainValue> = Object.create(null);
    const entries: [unknown, unknown][] = Array.isArray(list)
      ? list.map((item) => (isObject(item) ? [item.key, item.value ?? null] : ["", null]))
      : Object.entries(isObject(list) ? list : {});
    let count = 0;
    for (const [key, value] of entries) {
      if (++count > MAX_EVENT_ATTRIBUTES || ++this.eventAttributes > MAX_EVENT_ATTRIBUTES_PER_SPAN) {
        this.losses.attributes++;
        continue;
      }
      const reader = new JsonPlainReader();
      if (!reader.entry(key, value, 0, plain)) this.losses.attributes++;
      if (reader.cut) this.losses.values++;
    }
    return plain;
  }

  private finish(): Reason | "" {
    const { losses, view } = this;
    if (view.traceId.every((byte) => byte === 0)) return Reason.traceIdZero;
    if (view.spanId.every((byte) => byte === 0)) return Reason.spanIdZero;
    const timeFailure = settleTimes(view, this.latestNs);
    if (timeFailure !== "") return timeFailure;
    if (losses.any) losses.addTo(view.attributes);
    return "";
  }

  private time(value: unknown): bigint {
    const ns = parseInt64(value);
    if (ns === undefined || ns < 0) throw new ShapeError(Reason.timeFormat);
    return BigInt(ns);
  }

  private text(value: unknown, limit: number): string {
    if (typeof value === "string") return limitText(value, limit);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw new ShapeError(Reason.jsonShape);
  }
}

function count(value: unknown): number {
  const number = Number(value);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}

/** An enum as number, as numeric text, or by name with or without its prefix; 0 when it is none of these. */
function enumNumber(value: unknown, names: readonly string[], prefix: string): number {
  if (typeof value === "number") return Number.isInteger(value) ? value : 0;
  if (typeof value !== "string") return 0;
  if (/^\d+$/.test(value)) return Number(value);
  const name = value.toUpperCase();
  return Math.max(0, names.indexOf(name.startsWith(prefix) ? name.slice(prefix.length) : name));
}
