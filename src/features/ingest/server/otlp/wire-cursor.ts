import { Reason } from "./rejection-reasons.ts";

/** Protobuf wire types (https://protobuf.dev/programming-guides/encoding/#structure). */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/**
 * Reads protobuf primitives between `pos` and `end` of `bytes`. A failure is remembered instead of thrown:
 * the first one stays in `failure`, and `pos` jumps to `end`, so that every loop over fields ends by itself.
 * Throwing would cost microseconds for each broken span, which a hostile sender can have by the million.
 */
export class WireCursor {
  readonly bytes: Buffer;
  pos: number;
  /** End of the message being read; readers of nested messages narrow it and put it back. */
  end: number;
  failure: Reason | "" = "";
  /** High 32 bits, unsigned, of the last varint or fixed64. */
  high = 0;

  constructor(bytes: Buffer, pos = 0, end = bytes.length) {
    this.bytes = bytes;
    this.pos = pos;
    this.end = end;
  }

  fail(reason: Reason): 0 {
    if (this.failure === "") this.failure = reason;
    this.pos = this.end;
    this.high = 0;
    return 0;
  }

  /** Field number and wire type as one number (`field << 3 | wire type`); 0 after a failure. */
  tag(): number {
    const first = this.pos < this.end ? this.bytes[this.pos]! : 0x80;
    if (first < 0x80) {
      this.pos++;
      return first > 7 ? first : this.fail(Reason.fieldZero);
    }
    const tag = this.varint();
    if (this.failure !== "") return 0;
    return tag > 7 && this.high === 0 ? tag : this.fail(Reason.fieldZero);
  }

  /** Low 32 bits, unsigned, of a varint of at most 10 bytes; the high ones are in `high`. */
  varint(): number {
    const { bytes, end } = this;
    let pos = this.pos;
    let low = 0;
    this.high = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (pos >= end) return this.fail(Reason.truncated);
      const byte = bytes[pos++]!;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.pos = pos;
        return low;
      }
    }
    if (pos >= end) return this.fail(Reason.truncated);
    const fifth = bytes[pos++]!;
    low = (low | ((fifth & 0x0f) << 28)) >>> 0;
    let high = (fifth & 0x7f) >> 4;
    if (fifth >= 0x80) {
      let shift = 3;
      for (; shift < 32; shift += 7) {
        if (pos >= end) return this.fail(Reason.truncated);
        const byte = bytes[pos++]!;
        high |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      if (shift >= 32) return this.fail(Reason.longVarint);
    }
    this.pos = pos;
    this.high = high >>> 0;
    return low;
  }

  /** End offset of a length-delimited field whose content starts at `pos`. */
  delimited(): number {
    const pos = this.pos;
    const first = pos < this.end ? this.bytes[pos]! : 0x80;
    let length: number;
    if (first < 0x80) {
      length = first;
      this.pos = pos + 1;
    } else {
      length = this.varint();
      if (this.failure !== "") return this.end;
    }
    if (this.high !== 0 && first >= 0x80) this.fail(Reason.truncated);
    else if (length > this.end - this.pos) this.fail(Reason.truncated);
    else return this.pos + length;
    return this.end;
  }

  /** Low 32 bits, unsigned, of a fixed64; the high ones are in `high`. */
  fixed64(): number {
    const { bytes, pos } = this;
    if (this.end - pos < 8) return this.fail(Reason.truncated);
    this.pos = pos + 8;
    this.high =
      (bytes[pos + 4]! | (bytes[pos + 5]! << 8) | (bytes[pos + 6]! << 16) | (bytes[pos + 7]! << 24)) >>> 0;
    return (bytes[pos]! | (bytes[pos + 1]! << 8) | (bytes[pos + 2]! << 16) | (bytes[pos + 3]! << 24)) >>> 0;
  }

  double(): number {
    const pos = this.pos;
    if (this.end - pos < 8) return this.fail(Reason.truncated);
    this.pos = pos + 8;
    return this.bytes.readDoubleLE(pos);
  }

  /** Passes over the value of a field nobody here knows. Groups are refused: OTLP has never used them. */
  skip(tag: number): void {
    switch (tag & 7) {
      case WireType.varint:
        this.varint();
        return;
      case WireType.fixed64:
        if (this.end - this.pos < 8) this.fail(Reason.truncated);
        else this.pos += 8;
        return;
      case WireType.bytes:
        this.pos = this.delimited();
        return;
      case WireType.fixed32:
        if (this.end - this.pos < 4) this.fail(Reason.truncated);
        else this.pos += 4;
        return;
      default:
        this.fail(Reason.group);
    }
  }
}
