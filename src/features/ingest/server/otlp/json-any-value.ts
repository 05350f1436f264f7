import { type Attributes, ValueKind } from "#features/telemetry/server/index.ts";
import { Added } from "./added.ts";
import {
  CUT_LIST,
  MAX_KEY_BYTES,
  MAX_VALUE_BYTES,
  MAX_VALUE_DEPTH,
  MAX_VALUE_NODES,
  TOO_DEEP,
} from "./limits.ts";
import { doubleAsPlain, type PlainValue } from "./plain-value.ts";
import { limitText } from "./utf8-text.ts";

/** An object as `JSON.parse` makes it. */
export type JsonObject = { [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** AnyValue's field names in JSON, as proto3 writes them and as hand-written exporters do. */
const VALUE_KINDS: ReadonlyMap<string, ValueKind> = new Map([
  ["stringValue", ValueKind.string],
  ["string_value", ValueKind.string],
  ["boolValue", ValueKind.bool],
  ["bool_value", ValueKind.bool],
  ["intValue", ValueKind.int],
  ["int_value", ValueKind.int],
  ["doubleValue", ValueKind.double],
  ["double_value", ValueKind.double],
  ["arrayValue", ValueKind.array],
  ["array_value", ValueKind.array],
  ["kvlistValue", ValueKind.map],
  ["kvlist_value", ValueKind.map],
  ["bytesValue", ValueKind.bytes],
  ["bytes_value", ValueKind.bytes],
]);

/** A member of a oneof: which kind, and the JSON value that stands for it. */
interface Tagged {
  kind: ValueKind;
  content: unknown;
}

/** The last member of AnyValue's oneof that has a value; undefined when it has none. */
function taggedValue(value: JsonObject): Tagged | undefined {
  let tagged: Tagged | undefined;
  for (const name in value) {
    const kind = VALUE_KINDS.get(name);
    const content = value[name];
    if (kind !== undefined && content !== null && content !== undefined) tagged = { kind, content };
  }
  return tagged;
}

/**
 * A 64-bit integer in any of the ways it is sent: number, decimal string, or `{low, high, unsigned}` as
 * protobufjs' Long has it. Undefined when it is none of them or does not fit.
 */
export function parseInt64(value: unknown): bigint | number | undefined {
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return value;
    return Number.isFinite(value) && Math.abs(value) < 2 ** 64 ? BigInt(Math.trunc(value)) : undefined;
  }
  if (typeof value === "bigint") return value;
  if (typeof value === "string") {
    if (!/^\s*[+-]?\d{1,20}\s*$/.test(value)) {
      const number = value.trim() === "" || value.length > 40 ? Number.NaN : Number(value);
      return Number.isFinite(number) && Math.abs(number) < 2 ** 64 ? parseInt64(number) : undefined;
    }
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : BigInt(value.trim().replace("+", ""));
  }
  if (!isObject(value) || typeof value.low !== "number" || typeof value.high !== "number") return undefined;
  const bits = (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);
  const whole = value.unsigned === true ? bits : BigInt.asIntN(64, bits);
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : whole;
}

function parseDouble(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string" || value.trim() === "" || value.length > 400) return undefined;
  const number = Number(value);
  return Number.isNaN(number) && value !== "NaN" ? undefined : number;
}

function parseBase64(value: unknown): Buffer | undefined {
  if (typeof value === "string") return Buffer.from(value, "base64");
  return undefined;
}

/** True for an AnyValue without a value: `{}`, or known members that are null. */
function isEmptyValue(value: JsonObject): boolean {
  return Object.keys(value).every((name) => VALUE_KINDS.has(name));
}

/**
 * Adds one attribute whose value is an AnyValue of OTLP/JSON. An object that is none, as in attributes sent
 * as plain JSON, is kept as a map.
 */
export function addAnyValue(key: unknown, value: unknown, into: Attributes): Added {
  const name = attributeKey(key);
  if (name === "") return Added.dropped;
  if (!isObject(value)) return addPlainValue(name, value, into);
  const tagged = taggedValue(value);
  if (tagged === undefined) return addPlainValue(name, isEmptyValue(value) ? null : value, into);
  const { kind, content } = tagged;
  switch (kind) {
    case ValueKind.int: {
      const int = parseInt64(content);
      if (int === undefined) return addPlainValue(name, content, into);
      if (typeof int === "number") into.addNumber(name, kind, int);
      else into.addNumber(name, kind, Number(int), int.toString());
      return Added.kept;
    }
    case ValueKind.double: {
      const double = parseDouble(content);
      if (double === undefined) return addPlainValue(name, content, into);
      into.addNumber(name, kind, double);
      return Added.kept;
    }
    case ValueKind.bool:
      if (typeof content !== "boolean") return addPlainValue(name, content, into);
      into.addNumber(name, kind, content ? 1 : 0);
      return Added.kept;
    case ValueKind.bytes: {
      const bytes = parseBase64(content);
      if (bytes === undefined) return addPlainValue(name, content, into);
      into.addText(name, kind, bytes.toString("base64", 0, MAX_VALUE_BYTES));
      return bytes.length > MAX_VALUE_BYTES ? Added.cut : Added.kept;
    }
    case ValueKind.array:
    case ValueKind.map: {
      const values = new JsonPlainReader();
      const plain = kind === ValueKind.array ? values.list(content, 1) : values.map(content, 1);
      into.addText(name, kind, JSON.stringify(plain));
      return values.cut ? Added.cut : Added.kept;
    }
    default:
      return addPlainValue(name, content, into);
  }
}

/** Adds one attribute whose value is plain JSON, as hand-written exporters send it. */
export function addPlainValue(name: string, value: unknown, into: Attributes): Added {
  switch (typeof value) {
    case "string": {
      const text = limitText(value, MAX_VALUE_BYTES, "");
      into.addText(name, ValueKind.string, text);
      return text.length < value.length ? Added.cut : Added.kept;
    }
    case "number":
      into.addNumber(name, Number.isSafeInteger(value) ? ValueKind.int : ValueKind.double, value);
      return Added.kept;
    case "bigint":
      into.addNumber(name, ValueKind.int, Number(value), value.toString());
      return Added.kept;
    case "boolean":
      into.addNumber(name, ValueKind.bool, value ? 1 : 0);
      return Added.kept;
    case "object": {
      if (value === null) {
        into.addText(name, ValueKind.empty, "");
        return Added.kept;
      }
      const values = new JsonPlainReader();
      const plain = values.untagged(value, 0);
      into.addText(name, Array.isArray(value) ? ValueKind.array : ValueKind.map, JSON.stringify(plain));
      return values.cut ? Added.cut : Added.kept;
    }
    default:
      into.addText(name, ValueKind.empty, "");
      return Added.kept;
  }
}

/** A usable attribute key, or the empty text. */
export function attributeKey(key: unknown): string {
  if (typeof key !== "string") return "";
  if (key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES) return "";
  return key.isWellFormed() ? key : key.toWellFormed();
}

/** Turns parsed OTLP/JSON values into the plain ones that the protobuf reader gives for the same message. */
export class JsonPlainReader {
  private nodes = 0;
  /** True once something was left out for a limit. */
  cut = false;

  /** An AnyValue. */
  value(value: unknown, depth: number): PlainValue {
    if (!isObject(value)) return this.untagged(value, depth);
    const tagged = taggedValue(value);
    if (tagged === undefined) return isEmptyValue(value) ? null : this.untagged(value, depth);
    const { kind, content } = tagged;
    switch (kind) {
      case ValueKind.int: {
        const int = parseInt64(content);
        return typeof int === "number"
          ? int
          : int === undefined
            ? this.untagged(content, depth)
            : int.toString();
      }
      case ValueKind.double: {
        const double = parseDouble(content);
        return double === undefined ? this.untagged(content, depth) : doubleAsPlain(double);
      }
      case ValueKind.bytes:
        return parseBase64(content)?.toString("base64", 0, MAX_VALUE_BYTES) ?? this.untagged(content, depth);
      case ValueKind.array:
      case ValueKind.map:
        if (depth >= MAX_VALUE_DEPTH) return this.tooDeep();
        return kind === ValueKind.array ? this.list(content, depth + 1) : this.map(content, depth + 1);
      default:
        return this.untagged(content, depth);
    }
  }

  /** An ArrayValue: `{values: […]}`, or the list itself. */
  list(content: unknown, depth: number): PlainValue[] {
    const values = isObject(content) ? content.values : content;
    const plain: PlainValue[] = [];
    if (!Array.isArray(values)) return plain;
    for (const value of values) {
      if (this.full()) break;
      plain.push(this.value(value, depth));
    }
    if (this.nodes > MAX_VALUE_NODES) plain.push(CUT_LIST);
    return plain;
  }

  /** A KeyValueList: `{values: [{key, value}]}`, the list itself, or a plain object. */
  map(content: unknown, depth: number): Record<string, PlainValue> {
    const plain: Record<string, PlainValue> = Object.create(null);
    const values = isObject(content) && Array.isArray(content.values) ? content.values : content;
    if (Array.isArray(values)) {
      for (const entry of values) {
        if (this.full()) break;
        if (isObject(entry)) this.entry(entry.key, entry.value, depth, plain);
      }
    } else if (isObject(values) && !("values" in values)) {
      for (const [key, value] of Object.entries(values)) {
        if (this.full()) break;
        this.entry(key, value, depth, plain);
      }
    }
    if (this.nodes > MAX_VALUE_NODES) plain[CUT_LIST] = true;
    return plain;
  }

  /** One key and its AnyValue into an object without prototype. False when the key cannot be kept. */
  entry(key: unknown, value: unknown, depth: number, into: Record<string, PlainValue>): boolean {
    const name = attributeKey(key);
    if (name === "") return false;
    into[name] = this.value(value, depth);
    return true;
  }

  /** Plain JSON that is no AnyValue. */
  untagged(value: unknown, depth: number): PlainValue {
    switch (typeof value) {
      case "string":
        return limitText(value, MAX_VALUE_BYTES);
      case "number":
        return doubleAsPlain(value);
      case "boolean":
        return value;
      case "bigint":
        return value.toString();
      case "object":
        if (value === null) return null;
        if (depth >= MAX_VALUE_DEPTH) return this.tooDeep();
        return Array.isArray(value) ? this.list(value, depth + 1) : this.map(value, depth + 1);
      default:
        return null;
    }
  }

  private full(): boolean {
    if (++this.nodes <= MAX_VALUE_NODES) return false;
    this.cut = true;
    return true;
  }

  private tooDeep(): PlainValue {
    this.cut = true;
    return TOO_DEEP;
  }
}
