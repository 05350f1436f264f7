import { BufferPool } from "#platform/memory/buffer-pool.ts";

/** Strings whose encoded form is kept, so that names and keys that repeat are encoded once. */
const MAX_INTERNED = 65_536;
const MAX_INTERNED_LENGTH = 256;
/** Room that writers leave to the writers after them. */
const POOLED_BYTES = 32 * 1024 * 1024;
/** Below this many bytes a loop copies faster than a call into native code. */
const LOOP_COPY_BYTES = 32;

/**
 * Writes rows in ClickHouse's RowBinary format into one growing buffer.
 * Format: https://clickhouse.com/docs/interfaces/formats/RowBinary — little endian, strings and maps with a
 * LEB128 length before them.
 */
export class RowBinaryWriter {
  private buffer: Buffer;
  /** Bytes written so far. */
  length = 0;
  private static readonly pool = new BufferPool(POOLED_BYTES);
  private static readonly interned = new Map<string, Buffer>();

  constructor(capacity: number) {
    this.buffer = RowBinaryWriter.pool.take(Math.max(capacity, 64));
  }

  /** What has been written; valid until the next write. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Gives the memory to later writers, once nobody reads `bytes()` any more. The writer is empty then. */
  release(): void {
    RowBinaryWriter.pool.giveBack(this.buffer);
    this.buffer = Buffer.alloc(0);
    this.length = 0;
  }

  u8(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  /** The low 32 bits of an integer, signed or not. */
  u32(value: number): void {
    this.reserve(4);
    this.buffer.writeInt32LE(value | 0, this.length);
    this.length += 4;
  }

  /** An unsigned integer up to 2^53. */
  u64(value: number): void {
    this.reserve(8);
    this.buffer.writeUInt32LE(value % 0x1_0000_0000, this.length);
    this.buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.length + 4);
    this.length += 8;
  }

  /** 64 bits from two unsigned halves. */
  u64Halves(high: number, low: number): void {
    this.reserve(8);
    this.buffer.writeUInt32LE(low, this.length);
    this.buffer.writeUInt32LE(high, this.length + 4);
    this.length += 8;
  }

  f32(value: number): void {
    this.reserve(4);
    this.buffer.writeFloatLE(value, this.length);
    this.length += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.buffer.writeDoubleLE(value, this.length);
    this.length += 8;
  }

  /** A Nullable(Float64). */
  nullableF64(value: number | null): void {
    this.u8(value === null ? 1 : 0);
    if (value !== null) this.f64(value);
  }

  /** Bytes without a length: FixedString, or a UUID already in ClickHouse's order. */
  fixed(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.copyIn(bytes, 0, bytes.length);
  }

  /** The length of a string, array or map. */
  varint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
  }

  /** A string that lies as UTF-8 in other bytes. */
  stringRange(source: Uint8Array, start: number, end: number): void {
    this.varint(end - start);
    this.reserve(end - start);
    this.copyIn(source, start, end);
  }

  /** A string that will hardly repeat. */
  string(text: string): void {
    const size = Buffer.byteLength(text);
    this.varint(size);
    this.reserve(size);
    this.buffer.write(text, this.length, size, "utf8");
    this.length += size;
  }

  /** A string from a small set, such as a key, a name or a model. */
  internedString(text: string): void {
    if (text.length === 0) this.u8(0);
    else if (text.length > MAX_INTERNED_LENGTH) this.string(text);
    else this.fixed(RowBinaryWriter.interned.get(text) ?? RowBinaryWriter.intern(text));
  }

  private static intern(text: string): Buffer {
    const writer = new RowBinaryWriter(0);
    writer.string(text);
    const encoded = Buffer.from(writer.bytes());
    if (RowBinaryWriter.interned.size >= MAX_INTERNED) RowBinaryWriter.interned.clear();
    RowBinaryWriter.interned.set(text, encoded);
    return encoded;
  }

  private copyIn(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (size < LOOP_COPY_BYTES) {
      let target = this.length;
      for (let i = start; i < end; i++) this.buffer[target++] = source[i]!;
    } else if (source instanceof Buffer) {
      source.copy(this.buffer, this.length, start, end);
    } else {
      this.buffer.set(source.subarray(start, end), this.length);
    }
    this.length += size;
  }

  private reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.buffer.length) return;
    const grown = RowBinaryWriter.pool.take(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.length);
    RowBinaryWriter.pool.giveBack(this.buffer);
    this.buffer = grown;
  }
}

/** A UUID as RowBinary holds it: both 64-bit halves little endian. Throws nothing: `uuid` must be valid. */
export function uuidBytes(uuid: string): Buffer {
  const bytes = Buffer.from(uuid.replaceAll("-", ""), "hex");
  bytes.subarray(0, 8).reverse();
  bytes.subarray(8, 16).reverse();
  return bytes;
}
