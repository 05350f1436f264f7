import type { GrowingBytes } from "./growing-bytes.ts";

/**
 * A column of one block in ClickHouse's Native format: rows are appended, the block is written, the column is
 * emptied and filled again. Format: https://clickhouse.com/docs/interfaces/formats/Native — the reference is the
 * store's own reading, which the tests of this folder use.
 */
export interface NativeColumn {
  /** ClickHouse's name of the type, exactly. */
  readonly type: string;
  rows: number;
  /** What stands before the data of this column and of those inside it. */
  writePrefix(out: GrowingBytes): void;
  writeData(out: GrowingBytes): void;
  clear(): void;
}

const FIRST_ROWS = 1024;
/** Room for more rows than this is not kept for the next block. */
const MOST_KEPT_ROWS = 65_536;

/** Rooms for `rows` numbers: the array itself while it is large enough, else a copy of twice the size. */
function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array>(
  array: T,
  length: number,
): T {
  if (length <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}

function writeArray(out: GrowingBytes, array: ArrayBufferView, bytes: number): void {
  out.reserve(bytes);
  out.bytes.set(new Uint8Array(array.buffer, array.byteOffset, bytes), out.length);
  out.length += bytes;
}

/** Numbers of one width: UInt8, UInt16, Float32, Float64. Values come as they are; the caller keeps the range. */
export class NumberColumn implements NativeColumn {
  readonly type: string;
  rows = 0;
  private values: Uint8Array | Uint16Array | Float32Array | Float64Array;
  private readonly make: (rows: number) => NumberColumn["values"];

  constructor(type: "UInt8" | "Bool" | "UInt16" | "Date" | "Float32" | "Float64") {
    this.type = type;
    this.make = (rows) => {
      if (type === "Float64") return new Float64Array(rows);
      if (type === "Float32") return new Float32Array(rows);
      return type === "UInt8" || type === "Bool" ? new Uint8Array(rows) : new Uint16Array(rows);
    };
    this.values = this.make(FIRST_ROWS);
  }

  push(value: number): void {
    if (this.rows === this.values.length) this.values = grown(this.values, this.rows + 1);
    this.values[this.rows++] = value;
  }

  writePrefix(): void {}

  writeData(out: GrowingBytes): void {
    writeArray(out, this.values, this.rows * this.values.BYTES_PER_ELEMENT);
  }

  clear(): void {
    this.rows = 0;
    if (this.values.length > MOST_KEPT_ROWS) this.values = this.make(FIRST_ROWS);
  }
}

/** 64 bits: UInt64, DateTime64. */
export class WideColumn implements NativeColumn {
  readonly type: string;
  rows = 0;
  private halves = new Uint32Array(FIRST_ROWS * 2);

  constructor(type: string) {
    this.type = type;
  }

  /** A whole number from 0 to 2^53. */
  push(value: number): void {
    if (value < 0x1_0000_0000) this.pushHalves(0, value);
    else this.pushHalves(Math.floor(value / 0x1_0000_0000), value % 0x1_0000_0000);
  }

  /** The high and the low unsigned 32 bits. */
  pushHalves(high: number, low: number): void {
    const at = this.rows++ * 2;
    if (at === this.halves.length) this.halves = grown(this.halves, at + 2);
    this.halves[at] = low;
    this.halves[at + 1] = high;
  }

  writePrefix(): void {}

  writeData(out: GrowingBytes): void {
    writeArray(out, this.halves, this.rows * 8);
  }

  clear(): void {
    this.rows = 0;
    if (this.halves.length > MOST_KEPT_ROWS * 2) this.halves = new Uint32Array(FIRST_ROWS * 2);
  }
}

/** Bytes of one length: UUID (in ClickHouse's order) and FixedString. The length must be a multiple of four. */
export class FixedColumn implements NativeColumn {
  readonly type: string;
  readonly width: number;
  rows = 0;
  bytes: Buffer;

  constructor(type: string, width: number) {
    this.type = type;
    this.width = width;
    this.bytes = Buffer.allocUnsafeSlow(FIRST_ROWS * width);
  }

  push(source: Uint8Array): void {
    this.pushRange(source, 0);
  }

  /** The bytes that begin at `start`. */
  pushRange(source: Uint8Array, start: number): void {
    const { width } = this;
    const at = this.makeRoom();
    const { bytes } = this;
    for (let i = 0; i < width; i++) bytes[at + i] = source[start + i]!;
  }

  /** Adds a row of whatever bytes and tells where it begins. */
  private makeRoom(): number {
    const at = this.rows++ * this.width;
    if (at === this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(this.bytes.length * 2);
      this.bytes.copy(larger);
      this.bytes = larger;
    }
    return at;
  }

  writePrefix(): void {}

  writeData(out: GrowingBytes): void {
    out.copy(this.bytes, 0, this.rows * this.width);
  }

  clear(): void {
    this.rows = 0;
    if (this.bytes.length > MOST_KEPT_ROWS * this.width) {
      this.bytes = Buffer.allocUnsafeSlow(FIRST_ROWS * this.width);
    }
  }
}

/** A Nullable(Float64), where NaN stands for null. */
export class NullableNumberColumn implements NativeColumn {
  readonly type = "Nullable(Float64)";
  private readonly nulls = new NumberColumn("UInt8");
  private readonly values = new NumberColumn("Float64");

  get rows(): number {
    return this.values.rows;
  }

  push(value: number): void {
    const isNull = Number.isNaN(value);
    this.nulls.push(isNull ? 1 : 0);
    this.values.push(isNull ? 0 : value);
  }

  writePrefix(): void {}

  writeData(out: GrowingBytes): void {
    this.nulls.writeData(out);
    this.values.writeData(out);
  }

  clear(): void {
    this.nulls.clear();
    this.values.clear();
  }
}
