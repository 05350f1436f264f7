/**
 * Writes protobuf from the last field to the first, so that the length of a nested message is known by the
 * time its prefix is due, without a second pass. Callers write fields in reverse order.
 */
export class BackwardWriter {
  private bytes = Buffer.allocUnsafe(64 * 1024);
  private start = this.bytes.length;

  /** Bytes written so far; a nested message is as long as this grew while it was written. */
  get length(): number {
    return this.bytes.length - this.start;
  }

  varint(value: number | bigint): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    const digits: number[] = [];
    for (; rest >= 0x80n; rest >>= 7n) digits.push(Number(rest & 0x7fn) | 0x80);
    digits.push(Number(rest));
    const pos = this.reserve(digits.length);
    for (let i = 0; i < digits.length; i++) this.bytes[pos + i] = digits[i]!;
  }

  /** A varint below 2^31: lengths and tags. */
  private small(value: number): void {
    let size = 1;
    for (let rest = value; rest >= 0x80; rest >>>= 7) size++;
    let pos = this.reserve(size);
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.bytes[pos++] = (rest & 0x7f) | 0x80;
    this.bytes[pos] = rest;
  }

  varintField(field: number, value: number | bigint): void {
    if (typeof value === "number" && value >= 0 && value < 2 ** 31) this.small(value);
    else this.varint(value);
    this.small(field << 3);
  }

  fixed64Field(field: number, value: bigint): void {
    const pos = this.reserve(8);
    this.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), pos);
    this.small((field << 3) | 1);
  }

  doubleField(field: number, value: number): void {
    const pos = this.reserve(8);
    this.bytes.writeDoubleLE(value, pos);
    this.small((field << 3) | 1);
  }

  bytesField(field: number, content: Uint8Array): void {
    const pos = this.reserve(content.length);
    this.bytes.set(content, pos);
    this.small(content.length);
    this.small((field << 3) | 2);
  }

  textField(field: number, text: string): void {
    const size = Buffer.byteLength(text);
    const pos = this.reserve(size);
    this.bytes.write(text, pos, "utf8");
    this.small(size);
    this.small((field << 3) | 2);
  }

  /** A nested message whose fields `write` writes, in reverse order. */
  messageField(field: number, write: () => void): void {
    const before = this.length;
    write();
    this.small(this.length - before);
    this.small((field << 3) | 2);
  }

  /** A copy of all that was written. */
  finish(): Buffer {
    return Buffer.from(this.bytes.subarray(this.start));
  }

  /** Makes room in front and answers where it starts; may replace `bytes`, so it is called before them. */
  private reserve(size: number): number {
    if (size > this.start) {
      const used = this.length;
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, used + size * 2));
      this.bytes.copy(larger, larger.length - used, this.start);
      this.bytes = larger;
      this.start = larger.length - used;
    }
    this.start -= size;
    return this.start;
  }
}
