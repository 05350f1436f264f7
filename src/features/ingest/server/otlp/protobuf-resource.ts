import { MAX_NAME_BYTES, MAX_RESOURCE_ATTRIBUTES, MAX_RESOURCE_VALUE_BYTES } from "./limits.ts";
import { type PlainValue, plainAsText } from "./plain-value.ts";
import { PlainReader } from "./protobuf-any-value.ts";
import { Reason } from "./rejection-reasons.ts";
import { decodeText, limitText } from "./utf8-text.ts";
import type { WireCursor } from "./wire-cursor.ts";

/** An instrumentation scope: the library that made the spans. */
export interface Scope {
  name: string;
  version: string;
  attributes: Map<string, string>;
}

/** Reads the Resource message between two offsets into a map of text; false when it is unreadable. */
export function readResource(
  cursor: WireCursor,
  start: number,
  end: number,
  into: Map<string, string>,
): boolean {
  return within(cursor, start, end, (tag) => {
    if (tag === 0x0a) readTextAttribute(cursor, into);
    else if (tag >>> 3 <= 2 && tag !== 0x10) cursor.fail(Reason.wireType);
    else cursor.skip(tag);
  });
}

/** Reads the InstrumentationScope message between two offsets; false when it is unreadable. */
export function readScope(cursor: WireCursor, start: number, end: number, into: Scope): boolean {
  return within(cursor, start, end, (tag) => {
    if (tag === 0x0a) into.name = readName(cursor);
    else if (tag === 0x12) into.version = readName(cursor);
    else if (tag === 0x1a) readTextAttribute(cursor, into.attributes);
    else if (tag >>> 3 <= 4 && tag !== 0x20) cursor.fail(Reason.wireType);
    else cursor.skip(tag);
  });
}

function readName(cursor: WireCursor): string {
  const stop = cursor.delimited();
  const name = decodeText(cursor.bytes, cursor.pos, stop, MAX_NAME_BYTES);
  cursor.pos = stop;
  return name;
}

function readTextAttribute(cursor: WireCursor, into: Map<string, string>): void {
  const stop = cursor.delimited();
  if (into.size >= MAX_RESOURCE_ATTRIBUTES) {
    cursor.pos = stop;
    return;
  }
  const entry: Record<string, PlainValue> = Object.create(null);
  new PlainReader(cursor).entry(cursor.pos, stop, 0, entry);
  for (const key in entry) into.set(key, limitText(plainAsText(entry[key]!), MAX_RESOURCE_VALUE_BYTES));
}

/** Runs `field` for each field between two offsets, then puts the cursor back as it was. */
function within(cursor: WireCursor, start: number, end: number, field: (tag: number) => void): boolean {
  const { pos, end: outer } = cursor;
  cursor.pos = start;
  cursor.end = end;
  while (cursor.pos < end) {
    const tag = cursor.tag();
    if (tag !== 0) field(tag);
  }
  const readable = cursor.failure === "";
  cursor.failure = "";
  cursor.pos = pos;
  cursor.end = outer;
  return readable;
}
