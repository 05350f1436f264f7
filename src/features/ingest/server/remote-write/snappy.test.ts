import fc from "fast-check";
import { compress } from "snappyjs";
import { describe, expect, it } from "vitest";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { decodeSnappy } from "./snappy.ts";

const MAX = 1024 * 1024;
const tooLarge = () => new RangeError("too large");
const decode = (block: Buffer, max = MAX) => decodeSnappy(block, max, tooLarge);

/** Bytes with the repetitions that a compressor finds. */
const repetitive = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 })), { maxLength: 30 })
  .map((runs) => Buffer.concat(runs.flatMap(([bytes, times]) => new Array<Uint8Array>(times).fill(bytes))));

describe("decoding Snappy", () => {
  it("gives back what another implementation compressed", () => {
    fc.assert(
      fc.property(repetitive, (bytes) => {
        expect(decode(compress(bytes)).equals(bytes)).toBe(true);
      }),
    );
    const long = Buffer.alloc(300_000, "a pattern that is longer than one element; ");
    expect(decode(compress(long)).equals(long)).toBe(true);
    expect(decode(compress(Buffer.alloc(0)))).toHaveLength(0);
  });

  it("refuses any other bytes with a sentence, and never reads or writes beyond them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decode(Buffer.from(bytes));
        } catch (error) {
          expect(error instanceof FlightdeckError || error instanceof RangeError).toBe(true);
          if (error instanceof RangeError) expect(error.message).toBe("too large");
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["nothing", []],
    ["a length that does not end", [0xff, 0xff, 0xff]],
    ["a length over 32 bits", [0xff, 0xff, 0xff, 0xff, 0x7f]],
    ["fewer bytes than stated", [5, 0 << 2, 65]],
    ["more bytes than stated", [1, 1 << 2, 65, 66]],
    ["a literal that is cut off", [3, 2 << 2, 65]],
    ["a literal whose length is cut off", [3, 61 << 2, 1]],
    ["a literal of 4 GiB", [3, 63 << 2, 0xff, 0xff, 0xff, 0xff]],
    ["a copy from before the start", [5, 0, 65, 0x01, 9]],
    ["a copy from nowhere", [5, 0, 65, 0x01, 0]],
    ["a copy that is cut off", [5, 0, 65, 0x02, 1]],
    ["a copy past the end", [4, 0, 65, (59 << 2) | 2, 1, 0]],
  ])("refuses %s", (_name, bytes) => {
    expect(() => decode(Buffer.from(bytes))).toThrow(/not a valid Snappy block/);
  });

  it("refuses a bomb by the length it states, before any memory is taken", () => {
    const bomb = compress(Buffer.alloc(2 * MAX));
    expect(bomb.length).toBeLessThan(MAX / 8);
    expect(() => decode(bomb)).toThrow("too large");
    expect(() => decode(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]))).toThrow("too large");
  });
});
