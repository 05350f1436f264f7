import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stores } from "#src/context.ts";
import { openTestStores } from "#test/support/stores.ts";
import { RowBinaryWriter, uuidBytes } from "./row-binary-writer.ts";

const COLUMNS = {
  n: "UInt32",
  id: "UUID",
  fixed: "FixedString(8)",
  flag: "UInt8",
  number: "UInt64",
  halves: "UInt64",
  single: "Float32",
  double: "Float64",
  maybe: "Nullable(Float64)",
  at: "DateTime64(9, 'UTC')",
  text: "String",
  repeated: "LowCardinality(String)",
  ranged: "String",
  texts: "Map(LowCardinality(String), String)",
  flags: "Map(LowCardinality(String), Bool)",
} as const;

interface Row {
  id: string;
  fixed: Uint8Array;
  flag: number;
  number: number;
  halves: [number, number];
  single: number;
  double: number;
  maybe: number | null;
  text: string;
  repeated: string;
  ranged: string;
  texts: [string, string][];
  flags: [string, boolean][];
}

const unit = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("\ud800", "a\udfffb", "\0", ""),
);
const long = fc.integer({ min: 120, max: 20_000 }).map((size) => "ä".repeat(size));
const text = fc.oneof({ weight: 6, arbitrary: unit }, { weight: 1, arbitrary: long });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const keys = { selector: ([key]: [string, unknown]) => key.toWellFormed(), maxLength: 5 };

const row: fc.Arbitrary<Row> = fc.record({
  id: fc.uuid(),
  fixed: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  flag: fc.integer({ min: 0, max: 255 }),
  number: fc.maxSafeNat(),
  halves: fc.tuple(uint32, uint32),
  single: fc.float({ noNaN: true, noDefaultInfinity: true }),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  maybe: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  text,
  repeated: unit,
  ranged: text,
  texts: fc.uniqueArray(fc.tuple(unit, text), keys),
  flags: fc.uniqueArray(fc.tuple(unit, fc.boolean()), keys),
});

/** 2026-11-21T09:00:00.123456789Z in nanoseconds. */
const AT = 1_795_251_600_123_456_789n;

function write(out: RowBinaryWriter, value: Row, n: number): void {
  for (let shift = 0; shift < 32; shift += 8) out.u8((n >>> shift) & 0xff);
  out.fixed(uuidBytes(value.id));
  out.fixed(value.fixed);
  out.u8(value.flag);
  out.u64(value.number);
  out.u64Halves(...value.halves);
  out.f32(value.single);
  out.f64(value.double);
  out.nullableF64(value.maybe);
  out.u64Halves(Number(AT >> 32n), Number(AT & 0xffff_ffffn));
  out.string(value.text);
  out.internedString(value.repeated);
  const source = Buffer.from(`<<${value.ranged}>>`);
  out.stringRange(source, 2, source.length - 2);
  out.varint(value.texts.length);
  for (const [key, one] of value.texts) {
    out.internedString(key);
    out.string(one);
  }
  out.varint(value.flags.length);
  for (const [key, one] of value.flags) {
    out.internedString(key);
    out.u8(one ? 1 : 0);
  }
}

/** What the store should answer; a lone surrogate is U+FFFD in UTF-8. */
function expected(value: Row) {
  return {
    id: value.id,
    fixed: Buffer.from(value.fixed).toString("hex").toUpperCase(),
    flag: value.flag,
    number: String(value.number),
    halves: String((BigInt(value.halves[0]) << 32n) | BigInt(value.halves[1])),
    single: new Uint32Array(Float32Array.of(value.single).buffer)[0],
    double: value.double,
    maybe: value.maybe,
    at: "2026-11-21T09:00:00.123456789Z",
    text: value.text.toWellFormed(),
    repeated: value.repeated.toWellFormed(),
    ranged: value.ranged.toWellFormed(),
    texts: Object.fromEntries(value.texts.map(([key, one]) => [key.toWellFormed(), one.toWellFormed()])),
    flags: Object.fromEntries(value.flags.map(([key, one]) => [key.toWellFormed(), one])),
  };
}

describe("rows written as RowBinary", () => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await openTestStores({ migrated: false });
  });
  afterAll(() => stores.close());

  it("are read back by the store as they were, whatever is in them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        const columns = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
        await stores.telemetry.command("DROP TABLE IF EXISTS written");
        await stores.telemetry.command(
          `CREATE TABLE written (${columns.join(", ")}) ENGINE = MergeTree ORDER BY n`,
        );
        const out = new RowBinaryWriter(0);
        rows.forEach((value, n) => {
          write(out, value, n);
        });
        await stores.telemetry.insertRowBinary("written", Object.keys(COLUMNS), [out.bytes()], randomUUID());
        const read = await stores.telemetry.queryAll(
          `SELECT id, hex(fixed) AS fixed, flag, toString(number) AS number, toString(halves) AS halves,
             reinterpretAsUInt32(single) AS single, double, maybe, at, text, repeated, ranged, texts, flags FROM written ORDER BY n`,
        );
        const wanted = rows.map(expected);
        expect(withoutNegativeZeros(read)).toEqual(withoutNegativeZeros(wanted));
      }),
      { numRuns: 15 },
    );
  });

  it("may be longer than any buffer the writer began with", () => {
    const out = new RowBinaryWriter(1);
    const large = Buffer.alloc(3_000_000, "x");
    out.stringRange(large, 0, large.length);
    out.string("y".repeat(2_000_000));
    expect(out.length).toBe(3_000_000 + 4 + 2_000_000 + 3);
    expect(out.bytes().subarray(4, 3_000_004).equals(large)).toBe(true);
  });

  it("encode a repeated string the same each time, past the number that is remembered", () => {
    const bytes = (text: string) => {
      const out = new RowBinaryWriter(0);
      out.internedString(text);
      return out.bytes().toString("hex");
    };
    const before = bytes("gpt-4o");
    for (let i = 0; i < 70_000; i++) bytes(`model ${i}`);
    expect(bytes("gpt-4o")).toBe(before);
  });
});

/** JSON has no negative zero. */
function withoutNegativeZeros<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, one) => (Object.is(one, -0) ? 0 : one)));
}
