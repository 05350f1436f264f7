import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashSpanKey, type KeyHash, SPAN_KEY_BYTES } from "./span-key.ts";

const hash = (rows: Buffer, offset = 0, seed = 1) => {
  const out: KeyHash = { high: 0, low: 0 };
  hashSpanKey(rows, offset, seed, out);
  return `${out.high}:${out.low}`;
};
const key = fc
  .uint8Array({ minLength: SPAN_KEY_BYTES, maxLength: SPAN_KEY_BYTES })
  .map((bytes) => Buffer.from(bytes));

describe("the hash of a span's identity", () => {
  it("depends on every bit of the identity and on the seed", () => {
    fc.assert(
      fc.property(key, fc.nat(SPAN_KEY_BYTES * 8 - 1), fc.integer(), (bytes, bit, seed) => {
        const other = Buffer.from(bytes);
        other[bit >> 3]! ^= 1 << (bit & 7);
        expect(hash(other, 0, seed)).not.toBe(hash(bytes, 0, seed));
        expect(hash(bytes, 0, seed + 1)).not.toBe(hash(bytes, 0, seed));
      }),
    );
  });

  it("does not depend on what stands around it", () => {
    fc.assert(
      fc.property(key, fc.uint8Array(), fc.uint8Array(), (bytes, before, after) => {
        expect(hash(Buffer.concat([before, bytes, after]), before.length)).toBe(hash(bytes));
      }),
    );
  });

  it("tells a hundred thousand neighbouring identities apart", () => {
    const bytes = Buffer.alloc(SPAN_KEY_BYTES);
    const seen = new Set<string>();
    for (let i = 0; i < 100_000; i++) {
      bytes.writeUInt32LE(i, 36);
      seen.add(hash(bytes));
    }
    expect(seen.size).toBe(100_000);
  });
});
