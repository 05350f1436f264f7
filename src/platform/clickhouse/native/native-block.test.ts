import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { uuidBytes } from "#platform/clickhouse/row-binary-writer.ts";
import type { Stores } from "#src/context.ts";
import { openTestStores } from "#test/support/stores.ts";
import {
  ArrayColumn,
  FixedColumn,
  LowCardinalityColumn,
  MapColumn,
  NativeBlock,
  type NativeColumn,
  NullableNumberColumn,
  NumberColumn,
  StringColumn,
  WideColumn,
} from "./index.ts";

interface Row {
  id: string;
  fixed: string;
  flag: number;
  small: number;
  wide: number;
  halves: [number, number];
  single: number;
  double: number;
  maybe: number;
  text: string;
  ranged: string;
  repeated: string;
  words: string[];
  hashes: string[];
  texts: [string, string][];
  flags: [string, boolean][];
}

function makeColumns() {
  return {
    n: new WideColumn("UInt64"),
    id: new FixedColumn("UUID", 16),
    fixed: new FixedColumn("FixedString(8)", 8),
    flag: new NumberColumn("UInt8"),
    small: new NumberColumn("UInt16"),
    wide: new WideColumn("UInt64"),
    halves: new WideColumn("UInt64"),
    single: new NumberColumn("Float32"),
    double: new NumberColumn("Float64"),
    maybe: new NullableNumberColumn(),
    at: new WideColumn("DateTime64(9, 'UTC')"),
    text: new StringColumn(),
    ranged: new StringColumn(),
    repeated: new LowCardinalityColumn(),
    words: new ArrayColumn(new LowCardinalityColumn()),
    hashes: new ArrayColumn(new FixedColumn("FixedString(16)", 16)),
    texts: new MapColumn(new StringColumn()),
    flags: new MapColumn(new NumberColumn("Bool")),
  };
}

const unit = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("\ud800", "a\udfffb", "\0", "", "\n\n", "gpt-4o"),
);
const long = fc.integer({ min: 120, max: 20_000 }).map((size) => "ä".repeat(size));
const text = fc.oneof({ weight: 6, arbitrary: unit }, { weight: 1, arbitrary: long });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const byKey = { selector: ([key]: [string, unknown]) => key.toWellFormed(), maxLength: 5 };
const latin1 = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes) => Buffer.from(bytes).toString("latin1"));
const row: fc.Arbitrary<Row> = fc.record({
  id: fc.uuid(),
  fixed: latin1(8),
  flag: fc.integer({ min: 0, max: 255 }),
  small: fc.integer({ min: 0, max: 65_535 }),
  wide: fc.maxSafeNat(),
  halves: fc.tuple(uint32, uint32),
  single: fc.float({ noNaN: true, noDefaultInfinity: true }),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  maybe: fc.oneof(fc.constant(Number.NaN), fc.double({ noNaN: true, noDefaultInfinity: true })),
  text,
  ranged: text,
  repeated: unit,
  words: fc.array(unit, { maxLength: 5 }),
  hashes: fc.array(latin1(16), { maxLength: 5 }),
  texts: fc.uniqueArray(fc.tuple(unit, text), byKey),
  flags: fc.uniqueArray(fc.tuple(unit, fc.boolean()), byKey),
});

/** 2026-11-21T09:00:00.123456789Z in nanoseconds. */
const AT = 1_795_251_600_123_456_789n;

function push(columns: ReturnType<typeof makeColumns>, value: Row, n: number): void {
  columns.n.push(n);
  columns.id.push(uuidBytes(value.id));
  columns.fixed.push(Buffer.from(value.fixed, "latin1"));
  columns.flag.push(value.flag);
  columns.small.push(value.small);
  columns.wide.push(value.wide);
  columns.halves.pushHalves(...value.halves);
  columns.single.push(value.single);
  columns.double.push(value.double);
  columns.maybe.push(value.maybe);
  columns.at.pushHalves(Number(AT >> 32n), Number(AT & 0xffff_ffffn));
  columns.text.push(value.text);
  const source = Buffer.from(`<<${value.ranged}>>`);
  columns.ranged.pushRange(source, 2, source.length - 2);
  columns.repeated.push(value.repeated);
  for (const word of value.words) columns.words.items.push(word);
  columns.words.endRow();
  for (const hash of value.hashes) columns.hashes.items.push(Buffer.from(hash, "latin1"));
  columns.hashes.endRow();
  for (const [key, one] of value.texts) {
    columns.texts.keys.push(key);
    columns.texts.values.push(one);
  }
  columns.texts.endRow();
  for (const [key, one] of value.flags) {
    columns.flags.keys.push(key);
    columns.flags.values.push(one ? 1 : 0);
  }
  columns.flags.endRow();
}

const hex = (bytes: string) => Buffer.from(bytes, "latin1").toString("hex").toUpperCase();

/** What the store should answer; a lone surrogate is U+FFFD in UTF-8. */
function expected(value: Row) {
  return {
    id: value.id,
    fixed: hex(value.fixed),
    flag: value.flag,
    small: value.small,
    wide: String(value.wide),
    halves: String((BigInt(value.halves[0]) << 32n) | BigInt(value.halves[1])),
    single: new Uint32Array(Float32Array.of(value.single).buffer)[0],
    double: value.double,
    maybe: Number.isNaN(value.maybe) ? null : value.maybe,
    at: "2026-11-21T09:00:00.123456789Z",
    text: value.text.toWellFormed(),
    ranged: value.ranged.toWellFormed(),
    repeated: value.repeated.toWellFormed(),
    words: value.words.map((word) => word.toWellFormed()),
    hashes: value.hashes.map(hex),
    texts: Object.fromEntries(value.texts.map(([key, one]) => [key.toWellFormed(), one.toWellFormed()])),
    flags: Object.fromEntries(value.flags.map(([key, one]) => [key.toWellFormed(), one])),
  };
}

describe("blocks in the Native format", () => {
  let stores: Stores;
  const columns = makeColumns();
  const entries: [string, NativeColumn][] = Object.entries(columns);
  const names = Object.keys(columns);
  beforeAll(async () => {
    stores = await openTestStores({ migrated: false });
  });
  afterAll(() => stores.close());

  async function storeBlocks(blocks: readonly (readonly Row[])[]): Promise<unknown[]> {
    await stores.telemetry.command("DROP TABLE IF EXISTS written");
    await stores.telemetry.command(
      `CREATE TABLE written (${entries.map(([name, { type }]) => `${name} ${type}`).join(", ")})
       ENGINE = MergeTree ORDER BY n`,
    );
    let n = 0;
    const encoded = blocks.map((rows) => {
      for (const { 1: column } of entries) column.clear();
      for (const value of rows) push(columns, value, n++);
      return new NativeBlock(entries);
    });
    await stores.telemetry.insertNative(
      "written",
      names,
      encoded.map((block) => block.bytes()),
      randomUUID(),
    );
    for (const block of encoded) block.release();
    return stores.telemetry.queryAll(
      `SELECT id, hex(fixed) AS fixed, flag, small, toString(wide) AS wide, toString(halves) AS halves,
         reinterpretAsUInt32(single) AS single, double, maybe, at, text, ranged, repeated, words,
         arrayMap(hash -> hex(hash), hashes) AS hashes, texts, flags FROM written ORDER BY n`,
    );
  }

  it("are read back by the store as they were, several in one insert, whatever is in them", async () => {
    const blocks = fc.array(fc.array(row, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(blocks, async (given) => {
        const read = await storeBlocks(given);
        expect(withoutNegativeZeros(read)).toEqual(withoutNegativeZeros(given.flat().map(expected)));
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    ["one byte", 200],
    ["two bytes", 5_000],
    ["four bytes", 70_000],
  ])("number a dictionary's words with %s as they need", async (_what, distinct) => {
    const [sample] = fc.sample(row, { numRuns: 1, seed: 7 });
    const rows = Array.from({ length: distinct }, (_, i) => ({
      ...sample!,
      repeated: `word ${i}`,
      words: [`word ${i}`, `word ${i + 1}`],
    }));
    await storeBlocks([rows]);
    const [read] = await stores.telemetry.queryAll<Record<string, number>>(
      `SELECT count() AS stored, countIf(repeated = 'word ' || toString(n)) AS right,
         countIf(words = ['word ' || toString(n), 'word ' || toString(n + 1)]) AS lists FROM written`,
    );
    expect(read).toEqual({ stored: distinct, right: distinct, lists: distinct });
  });
});

/** JSON has no negative zero. */
function withoutNegativeZeros<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, one) => (Object.is(one, -0) ? 0 : one)));
}
