import { Buffer } from "node:buffer";

/** Below this many bytes a loop copies faster than a call into native code. */
const LOOP_COPY_BYTES = 32;
/** A buffer that grew larger than this is not kept for the next block. */
const MOST_KEPT_BYTES = 8 * 1024 * 1024;
const FIRST_BYTES = 1024;

/** Bytes that are appended, emptied and filled again; the memory is kept as long as it is not much. */
export class GrowingBytes {
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  length = 0;

  /** What has been written; valid until the next write. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > MOST_KEPT_BYTES) this.bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  /** Makes room for so many more bytes. */
  reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** LEB128, as lengths are written. */
  varint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** A whole number up to 2^53 as UInt64. */
  u64(value: number): void {
    this.reserve(8);
    this.bytes.writeUInt32LE(value % 0x1_0000_0000, this.length);
    this.bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.length + 4);
    this.length += 8;
  }

  /** Bytes of another buffer, from `start` to `end`. */
  copy(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.reserve(size);
    if (size < LOOP_COPY_BYTES) {
      const { bytes } = this;
      let target = this.length;
      for (let i = start; i < end; i++) bytes[target++] = source[i]!;
    } else if (source instanceof Buffer) {
      source.copy(this.bytes, this.length, start, end);
    } else {
      this.bytes.set(source.subarray(start, end), this.length);
    }
    this.length += size;
  }

  /** Bytes that were written before, from `start` to `end`, once more. */
  repeat(start: number, end: number): void {
    this.reserve(end - start);
    this.bytes.copyWithin(this.length, start, end);
    this.length += end - start;
  }

  u32(value: number): void {
    this.reserve(4);
    this.bytes.writeUInt32LE(value, this.length);
    this.length += 4;
  }

  /** A length and the text in UTF-8. */
  text(text: string): void {
    const size = Buffer.byteLength(text);
    this.varint(size);
    this.rawText(text, size);
  }

  /** The text in UTF-8, without its length. */
  rawText(text: string, size = Buffer.byteLength(text)): void {
    this.reserve(size);
    this.bytes.write(text, this.length, size, "utf8");
    this.length += size;
  }
}
