import { GrowingBytes } from "./growing-bytes.ts";
import { type NativeColumn, WideColumn } from "./native-column.ts";

/** Strings, one after the other, each with its length before it. */
export class StringColumn implements NativeColumn {
  readonly type = "String";
  rows = 0;
  readonly data = new GrowingBytes();

  private lastText = "";
  private lastStart = 0;
  private lastEnd = 0;

  /** A text, which costs less when it is the one pushed last. */
  push(text: string): void {
    this.rows++;
    const { data } = this;
    if (text.length === 0) data.u8(0);
    else if (text === this.lastText) data.repeat(this.lastStart, this.lastEnd);
    else {
      this.lastText = text;
      this.lastStart = data.length;
      data.text(text);
      this.lastEnd = data.length;
    }
  }

  /** A string that has its length before it already. */
  pushEncoded(source: Uint8Array, start: number, end: number): void {
    this.rows++;
    this.data.copy(source, start, end);
  }

  /** A string that lies as UTF-8 in other bytes. */
  pushRange(source: Uint8Array, start: number, end: number): void {
    this.rows++;
    this.data.varint(end - start);
    this.data.copy(source, start, end);
  }

  writePrefix(): void {}

  writeData(out: GrowingBytes): void {
    out.copy(this.data.bytes, 0, this.data.length);
  }

  clear(): void {
    this.rows = 0;
    this.lastText = "";
    this.data.clear();
  }
}

const KEYS_VERSION = 1;
/** "The dictionary stands in this block, and is to be read anew": https://clickhouse.com/docs/native-protocol/columns */
const HAS_ADDITIONAL_KEYS = 0x200;
const NEEDS_UPDATE = 0x400;
const FIRST_ROWS = 1024;
const MOST_KEPT_ROWS = 262_144;

/**
 * Strings that repeat: a dictionary of this block and an index per row. Repeats cost a comparison where a value
 * follows the same value as last time, as attribute keys do, and else one look into a map.
 */
export class LowCardinalityColumn implements NativeColumn {
  readonly type = "LowCardinality(String)";
  rows = 0;
  private indexes = new Uint32Array(FIRST_ROWS);
  private readonly places = new Map<string, number>();
  private readonly texts: string[] = [];
  /** By index of a text: the index of the one that came after it last time. */
  private readonly followers: number[] = [];
  private last = 0;
  private readonly keys = new StringColumn();

  constructor() {
    this.placeOf("");
  }

  push(text: string): void {
    if (this.rows === this.indexes.length) {
      const larger = new Uint32Array(this.indexes.length * 2);
      larger.set(this.indexes);
      this.indexes = larger;
    }
    const expected = this.followers[this.last]!;
    let place = expected;
    if (this.texts[expected] !== text) {
      place = this.placeOf(text);
      this.followers[this.last] = place;
    }
    this.last = place;
    this.indexes[this.rows++] = place;
  }

  /** Number of distinct texts so far, the empty one included. */
  get distinct(): number {
    return this.texts.length;
  }

  private placeOf(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    const place = this.texts.length;
    this.places.set(text, place);
    this.texts.push(text);
    this.followers.push(place);
    this.keys.push(text);
    return place;
  }

  writePrefix(out: GrowingBytes): void {
    out.u64(KEYS_VERSION);
  }

  writeData(out: GrowingBytes): void {
    // A block without rows has no dictionary either.
    if (this.rows === 0) return;
    const { distinct, rows, indexes } = this;
    const width = distinct <= 0x100 ? 0 : distinct <= 0x1_0000 ? 1 : 2;
    out.u64(HAS_ADDITIONAL_KEYS | NEEDS_UPDATE | width);
    out.u64(distinct);
    this.keys.writeData(out);
    out.u64(rows);
    const size = rows << width;
    out.reserve(size);
    const { bytes } = out;
    let at = out.length;
    if (width === 0) for (let i = 0; i < rows; i++) bytes[at++] = indexes[i]!;
    else
      for (let i = 0; i < rows; i++) {
        const index = indexes[i]!;
        bytes[at++] = index;
        bytes[at++] = index >>> 8;
        if (width === 2) {
          bytes[at++] = index >>> 16;
          bytes[at++] = index >>> 24;
        }
      }
    out.length += size;
  }

  clear(): void {
    this.rows = 0;
    this.places.clear();
    this.texts.length = 0;
    this.followers.length = 0;
    this.keys.clear();
    this.last = 0;
    this.placeOf("");
    if (this.indexes.length > MOST_KEPT_ROWS) this.indexes = new Uint32Array(FIRST_ROWS);
  }
}

/** A list per row. Push into `items`, then end the row. */
export class ArrayColumn<C extends NativeColumn> implements NativeColumn {
  readonly type: string;
  readonly items: C;
  private readonly offsets = new WideColumn("UInt64");

  constructor(items: C) {
    this.items = items;
    this.type = `Array(${items.type})`;
  }

  get rows(): number {
    return this.offsets.rows;
  }

  endRow(): void {
    this.offsets.push(this.items.rows);
  }

  writePrefix(out: GrowingBytes): void {
    this.items.writePrefix(out);
  }

  writeData(out: GrowingBytes): void {
    this.offsets.writeData(out);
    this.items.writeData(out);
  }

  clear(): void {
    this.offsets.clear();
    this.items.clear();
  }
}

/** A Map(LowCardinality(String), …) per row. Push as many keys as values, then end the row. */
export class MapColumn<C extends NativeColumn> implements NativeColumn {
  readonly type: string;
  readonly keys = new LowCardinalityColumn();
  readonly values: C;
  private readonly offsets = new WideColumn("UInt64");

  constructor(values: C) {
    this.values = values;
    this.type = `Map(LowCardinality(String), ${values.type})`;
  }

  get rows(): number {
    return this.offsets.rows;
  }

  endRow(): void {
    this.offsets.push(this.keys.rows);
  }

  writePrefix(out: GrowingBytes): void {
    this.keys.writePrefix(out);
    this.values.writePrefix(out);
  }

  writeData(out: GrowingBytes): void {
    this.offsets.writeData(out);
    this.keys.writeData(out);
    this.values.writeData(out);
  }

  clear(): void {
    this.offsets.clear();
    this.keys.clear();
    this.values.clear();
  }
}
