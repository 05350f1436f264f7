import { type Attributes, ValueKind } from "#features/telemetry/server/index.ts";
import { Added } from "./added.ts";
import { attributeKeys } from "./interned-text.ts";
import {
  CUT_LIST,
  MAX_KEY_BYTES,
  MAX_VALUE_BYTES,
  MAX_VALUE_DEPTH,
  MAX_VALUE_NODES,
  TOO_DEEP,
} from "./limits.ts";
import { doubleAsPlain, type PlainValue } from "./plain-value.ts";
import { Reason } from "./rejection-reasons.ts";
import { cutOffset, decodeText, isUtf8Range } from "./utf8-text.ts";
import type { WireCursor } from "./wire-cursor.ts";

/** Tags (`field << 3 | wire type`) of opentelemetry.proto.common.v1.AnyValue. */
const STRING = 0x0a;
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;
const ARRAY = 0x2a;
const KVLIST = 0x32;
const BYTES = 0x3a;
/** Field numbers above this one are unknown to us and skipped. */
const LAST_FIELD = 7;
/** Tags of KeyValue; its other fields are unknown to us. */
const KEY = 0x0a;
const VALUE = 0x12;
/** Tag of the repeated field 1 of both ArrayValue and KeyValueList. */
const ELEMENT = 0x0a;

/** Signed 64-bit value of the last varint: exact up to 2^53, else the nearest double. */
function signed(high: number, low: number): number {
  return (high | 0) * 4294967296 + low;
}

function signedText(high: number, low: number): string {
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)).toString();
}

/**
 * Reads one KeyValue message, which ends at `end`, into the attributes. Strings are left where they are
 * as a byte range, unless they are not valid UTF-8. A failure is left in the cursor.
 */
export function readAttribute(cursor: WireCursor, end: number, into: Attributes): Added {
  const outer = cursor.end;
  const { bytes } = cursor;
  cursor.end = end;
  let keyStart = 0;
  let keyEnd = 0;
  let valueStart = end;
  let valueEnd = end;
  while (cursor.pos < end) {
    const tag = cursor.tag();
    if (tag === KEY) {
      keyEnd = cursor.delimited();
      keyStart = cursor.pos;
      cursor.pos = keyEnd;
    } else if (tag === VALUE) {
      valueEnd = cursor.delimited();
      valueStart = cursor.pos;
      cursor.pos = valueEnd;
    } else if (tag >> 3 === 1 || tag >> 3 === 2) cursor.fail(Reason.wireType);
    else if (tag !== 0) cursor.skip(tag);
  }
  let added: Added = Added.dropped;
  if (cursor.failure === "") {
    const keyLength = keyEnd - keyStart;
    cursor.pos = valueStart;
    cursor.end = valueEnd;
    if (keyLength > 0 && keyLength <= MAX_KEY_BYTES) {
      added = addValue(cursor, attributeKeys.read(bytes, keyStart, keyEnd, MAX_KEY_BYTES), into);
    }
  }
  cursor.end = outer;
  cursor.pos = cursor.failure === "" ? end : outer;
  return added;
}

function addValue(cursor: WireCursor, key: string, into: Attributes): Added {
  const { bytes, end } = cursor;
  let tag = 0;
  let start = 0;
  let stop = 0;
  let low = 0;
  let high = 0;
  let double = 0;
  while (cursor.pos < end) {
    const next = cursor.tag();
    switch (next) {
      case STRING:
      case ARRAY:
      case KVLIST:
      case BYTES:
        tag = next;
        stop = cursor.delimited();
        start = cursor.pos;
        cursor.pos = stop;
        break;
      case BOOL:
      case INT:
        tag = next;
        low = cursor.varint();
        high = cursor.high;
        break;
      case DOUBLE:
        tag = next;
        double = cursor.double();
        break;
      default:
        if (next === 0) break;
        if (next >> 3 <= LAST_FIELD) cursor.fail(Reason.wireType);
        else cursor.skip(next);
    }
  }
  if (cursor.failure !== "") return Added.dropped;
  switch (tag) {
    case STRING: {
      const cut = cutOffset(bytes, start, stop, MAX_VALUE_BYTES);
      if (isUtf8Range(bytes, start, cut)) into.addBytes(key, ValueKind.string, start, cut);
      else into.addText(key, ValueKind.string, bytes.toString("utf8", start, cut));
      return cut === stop ? Added.kept : Added.cut;
    }
    case INT: {
      const value = signed(high, low);
      if (Number.isSafeInteger(value)) into.addNumber(key, ValueKind.int, value);
      else into.addNumber(key, ValueKind.int, value, signedText(high, low));
      return Added.kept;
    }
    case BOOL:
      into.addNumber(key, ValueKind.bool, low === 0 && high === 0 ? 0 : 1);
      return Added.kept;
    case DOUBLE:
      into.addNumber(key, ValueKind.double, double);
      return Added.kept;
    case BYTES: {
      const cut = Math.min(stop, start + MAX_VALUE_BYTES);
      into.addText(key, ValueKind.bytes, bytes.toString("base64", start, cut));
      return cut === stop ? Added.kept : Added.cut;
    }
    case ARRAY:
    case KVLIST: {
      const kind = tag === ARRAY ? ValueKind.array : ValueKind.map;
      const values = new PlainReader(cursor);
      const value = tag === ARRAY ? values.list(start, stop, 1) : values.map(start, stop, 1);
      if (cursor.failure !== "") return Added.dropped;
      into.addText(key, kind, JSON.stringify(value));
      return values.cut ? Added.cut : Added.kept;
    }
    default:
      into.addText(key, ValueKind.empty, "");
      return Added.kept;
  }
}

/** Reads values as plain JavaScript ones: elements of lists and maps, and attributes of events and links. */
export class PlainReader {
  private readonly cursor: WireCursor;
  private nodes = 0;
  /** True once something was left out for a limit. */
  cut = false;

  constructor(cursor: WireCursor) {
    this.cursor = cursor;
  }

  /** The AnyValue message between two offsets. */
  value(start: number, end: number, depth: number): PlainValue {
    const { cursor } = this;
    const outer = cursor.end;
    cursor.pos = start;
    cursor.end = end;
    let value: PlainValue = null;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      switch (tag) {
        case STRING: {
          const stop = cursor.delimited();
          value = decodeText(cursor.bytes, cursor.pos, stop, MAX_VALUE_BYTES);
          cursor.pos = stop;
          break;
        }
        case BOOL: {
          const low = cursor.varint();
          value = low !== 0 || cursor.high !== 0;
          break;
        }
        case INT: {
          const low = cursor.varint();
          const number = signed(cursor.high, low);
          value = Number.isSafeInteger(number) ? number : signedText(cursor.high, low);
          break;
        }
        case DOUBLE:
          value = doubleAsPlain(cursor.double());
          break;
        case ARRAY:
        case KVLIST: {
          const stop = cursor.delimited();
          if (depth >= MAX_VALUE_DEPTH) {
            value = TOO_DEEP;
            this.cut = true;
          } else if (tag === ARRAY) value = this.list(cursor.pos, stop, depth + 1);
          else value = this.map(cursor.pos, stop, depth + 1);
          cursor.pos = stop;
          break;
        }
        case BYTES: {
          const stop = cursor.delimited();
          value = cursor.bytes.toString("base64", cursor.pos, Math.min(stop, cursor.pos + MAX_VALUE_BYTES));
          cursor.pos = stop;
          break;
        }
        default:
          if (tag === 0) break;
          if (tag >> 3 <= LAST_FIELD) cursor.fail(Reason.wireType);
          else cursor.skip(tag);
      }
    }
    cursor.end = outer;
    cursor.pos = cursor.failure === "" ? end : outer;
    return value;
  }

  /** The ArrayValue message between two offsets. */
  list(start: number, end: number, depth: number): PlainValue[] {
    const values: PlainValue[] = [];
    this.elements(start, end, (from, to) => {
      values.push(this.value(from, to, depth));
    });
    if (this.nodes > MAX_VALUE_NODES) values.push(CUT_LIST);
    return values;
  }

  /** The KeyValueList message between two offsets; has no prototype. */
  map(start: number, end: number, depth: number): Record<string, PlainValue> {
    const values: Record<string, PlainValue> = Object.create(null);
    this.elements(start, end, (from, to) => this.entry(from, to, depth, values));
    if (this.nodes > MAX_VALUE_NODES) values[CUT_LIST] = true;
    return values;
  }

  /** One KeyValue message into an object without prototype. False when its key cannot be kept. */
  entry(start: number, end: number, depth: number, into: Record<string, PlainValue>): boolean {
    const { cursor } = this;
    const outer = cursor.end;
    cursor.pos = start;
    cursor.end = end;
    let key = "";
    let value: PlainValue = null;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === KEY) {
        const stop = cursor.delimited();
        const tooLong = stop - cursor.pos > MAX_KEY_BYTES;
        key = tooLong ? "" : attributeKeys.read(cursor.bytes, cursor.pos, stop, MAX_KEY_BYTES);
        cursor.pos = stop;
      } else if (tag === VALUE) {
        const stop = cursor.delimited();
        value = this.value(cursor.pos, stop, depth);
      } else if (tag >> 3 === 1 || tag >> 3 === 2) cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    cursor.end = outer;
    cursor.pos = cursor.failure === "" ? end : outer;
    if (cursor.failure !== "" || key === "") return false;
    into[key] = value;
    return true;
  }

  private elements(start: number, end: number, each: (from: number, to: number) => void): void {
    const { cursor } = this;
    const outer = cursor.end;
    cursor.pos = start;
    cursor.end = end;
    while (cursor.pos < end) {
      const tag = cursor.tag();
      if (tag === ELEMENT) {
        const stop = cursor.delimited();
        if (cursor.failure !== "") break;
        if (++this.nodes > MAX_VALUE_NODES) {
          this.cut = true;
          break;
        }
        each(cursor.pos, stop);
        if (cursor.failure === "") cursor.pos = stop;
      } else if (tag >> 3 === 1) cursor.fail(Reason.wireType);
      else if (tag !== 0) cursor.skip(tag);
    }
    cursor.end = outer;
    cursor.pos = cursor.failure === "" ? end : outer;
  }
}
