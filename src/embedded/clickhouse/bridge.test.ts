import { Readable } from "node:stream";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silent, testFolder } from "../test-folder.ts";
import { CLICKHOUSE_USER, type ClickHouseEngine, startClickHouse } from "./clickhouse-engine.ts";

const folder = testFolder();
const password = "a test's pass:word";
let engine: ClickHouseEngine;
let client: ClickHouseClient;

function connect(options: Parameters<typeof createClient>[0] = {}): ClickHouseClient {
  return createClient({
    url: engine.url,
    username: CLICKHOUSE_USER,
    password,
    max_open_connections: 40,
    log: { level: ClickHouseLogLevel.OFF },
    ...options,
  });
}

async function rows<T>(
  query: string,
  query_params: Record<string, unknown> = {},
  from = client,
): Promise<T[]> {
  const result = await from.query({ query, query_params, format: "JSONEachRow" });
  return result.json<T>();
}

const SLOW = "SELECT sum(sleepEachRow(0.1)) FROM numbers(200) SETTINGS max_block_size = 1";

beforeAll(async () => {
  engine = await startClickHouse({
    dataFolder: folder.path,
    logger: silent,
    password,
    memoryLimitBytes: 1024 ** 3,
  });
  client = connect();
  await client.command({
    query: `CREATE TABLE spans (id UInt64, text String) ENGINE = MergeTree ORDER BY id
      SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 100`,
  });
}, 30_000);

afterAll(async () => {
  await client?.close();
  await engine?.supervisor.stop();
  folder.remove();
});

describe("parameters", () => {
  it("arrive as they were sent, whatever characters they hold", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary" }),
        fc.array(fc.string({ unit: "grapheme" })),
        async (text, list) => {
          const [row] = await rows<{ text: string; list: string[] }>(
            "SELECT {text:String} AS text, {list:Array(String)} AS list",
            { text, list },
          );
          expect(row).toEqual({ text: text.toWellFormed(), list: list.map((item) => item.toWellFormed()) });
        },
      ),
      { numRuns: 25, examples: [["'; DROP TABLE spans; --\\'\n\t\r\\0", ["a'b", "\\", "\n", "日本 🛰"]]] },
    );
  });

  it("may be numbers, null, dates, maps and identifiers", async () => {
    const [row] = await rows(
      `SELECT {n:Int64} AS n, {f:Float64} AS f, {x:Nullable(String)} AS x, {d:DateTime64(3)} AS d,
        {m:Map(String, UInt8)} AS m FROM {db:Identifier}.{t:Identifier}`,
      {
        n: -7,
        f: 1.5,
        x: null,
        d: new Date("2026-01-02T03:04:05.678Z"),
        m: { a: 1 },
        db: "system",
        t: "one",
      },
    );
    expect(row).toEqual({ n: -7, f: 1.5, x: null, d: "2026-01-02 03:04:05.678", m: { a: 1 } });
  });

  it("may be too long for a URL", async () => {
    const text = "x'\\\n".repeat(100_000);
    const result = await client.query({
      query: "SELECT length({text:String}) AS n",
      query_params: { text },
      use_multipart_params: true,
      format: "JSONEachRow",
    });
    expect(await result.json()).toEqual([{ n: 400_000 }]);
  });

  it("do not reach the next query, nor do settings", async () => {
    for (let i = 0; i < 20; i += 1) {
      await client.query({
        query: "SELECT {secret:String}",
        query_params: { secret: "s" },
        clickhouse_settings: { max_block_size: "123" },
      });
    }
    for (let i = 0; i < 20; i += 1) {
      const [row] = await rows<{ n: string }>("SELECT getSetting('max_block_size') AS n");
      expect(Number(row?.n)).not.toBe(123);
      await expect(rows("SELECT {secret:String}")).rejects.toMatchObject({ code: "456" });
    }
  });
});

describe("inserts", () => {
  it("stream objects, and report what was written", async () => {
    const values = Readable.from(
      (function* () {
        for (let id = 0; id < 1_000; id += 1) yield { id, text: `line\n\n'${id}` };
      })(),
    );
    const result = await client.insert({ table: "spans", values, format: "JSONEachRow" });
    expect(result.summary).toMatchObject({ written_rows: "1000" });
    expect(await rows("SELECT count() AS n, any(text) LIKE 'line\n\n%' AS ok FROM spans")).toEqual([
      { n: 1000, ok: 1 },
    ]);
  });

  it("take RowBinary with any bytes in it, empty lines and statements among them", async () => {
    await client.command({
      query: "CREATE TABLE raw (id UInt64, text String) ENGINE = MergeTree ORDER BY id",
    });
    const texts = ["\n\n", "a\n\nDROP TABLE raw;\n\n", ";\n", "\0\x1a'\\", "", "日本\n\n"];
    const body = Buffer.concat(
      texts.map((text, i) => {
        const bytes = Buffer.from(text);
        const head = Buffer.alloc(9);
        head.writeBigUInt64LE(BigInt(i));
        head[8] = bytes.length;
        return Buffer.concat([head, bytes]);
      }),
    );
    const answer = await client.exec({
      query: "INSERT INTO raw FORMAT RowBinary",
      values: Readable.from([body], { objectMode: false }),
      clickhouse_settings: { insert_deduplication_token: "raw-1" },
    });
    answer.stream.resume();
    expect(answer.summary).toMatchObject({ written_rows: String(texts.length) });
    const read = await rows<{ text: string }>("SELECT text FROM raw ORDER BY id");
    expect(read.map((row) => row.text)).toEqual(texts);
  });

  it("may be compressed, and so may answers", async () => {
    const gzip = connect({ compression: { request: true, response: true } });
    await gzip.command({ query: "CREATE TABLE packed (id UInt64, text String) ENGINE = Memory" });
    const values = Array.from({ length: 500 }, (_, id) => ({ id, text: "again and again" }));
    await gzip.insert({ table: "packed", values, format: "JSONEachRow" });
    expect(await rows("SELECT * FROM packed ORDER BY id", {}, gzip)).toEqual(values);
    await expect(rows("SELECT nothing", {}, gzip)).rejects.toMatchObject({ code: "47" });
    await gzip.close();
  });

  it("with the same deduplication token are stored once", async () => {
    const again = () =>
      client.insert({
        table: "spans",
        values: [{ id: 77_777, text: "once" }],
        format: "JSONEachRow",
        clickhouse_settings: { insert_deduplication_token: "token-1" },
      });
    await again();
    await again();
    expect(await rows("SELECT count() AS n FROM spans WHERE id = 77777")).toEqual([{ n: 1 }]);
  });

  it("may be a plain statement with its values", async () => {
    await client.command({ query: "CREATE TABLE plain (id UInt64, text String) ENGINE = Memory" });
    await client.command({ query: "INSERT INTO plain (id, text) VALUES (1, 'a;\n\nb'), (2, 'c')" });
    await client.command({ query: "INSERT INTO plain SELECT 3, 'd'" });
    expect(await rows("SELECT * FROM plain ORDER BY id")).toEqual([
      { id: 1, text: "a;\n\nb" },
      { id: 2, text: "c" },
      { id: 3, text: "d" },
    ]);
  });

  it("that are malformed store nothing and say where", async () => {
    const values = [{ id: 1, text: "a" }, { id: "x" }];
    await expect(client.insert({ table: "plain", values, format: "JSONEachRow" })).rejects.toThrow(/at row/);
    expect(await rows("SELECT count() AS n FROM plain")).toEqual([{ n: 3 }]);
  });
});

describe("results", () => {
  it("come in any format as one document", async () => {
    const result = await client.query({ query: "SELECT number AS n FROM numbers(200000)", format: "JSON" });
    const document = await result.json();
    expect(document.rows).toBe(200_000);
    expect(document.data).toHaveLength(200_000);
  });

  it("of a million rows stream", async () => {
    const result = await client.query({
      query: "SELECT number, toString(number) AS text FROM numbers(1000000)",
      format: "JSONEachRow",
    });
    let count = 0;
    for await (const chunk of result.stream()) count += chunk.length;
    expect(count).toBe(1_000_000);
  });

  it("that fail half-way end with the error", async () => {
    const result = await client.query({
      query: "SELECT throwIf(number = 900000) FROM numbers(1000000)",
      format: "JSONEachRow",
    });
    const read = async () => {
      for await (const chunk of result.stream()) void chunk;
    };
    await expect(read()).rejects.toMatchObject({ code: "395" });
  });
});

describe("results that nobody reads to the end", () => {
  it("never turn up in another's", async () => {
    const abandon = async () => {
      const result = await client.query({
        query: "SELECT 'stray' AS stray FROM numbers(20000000)",
        format: "JSONEachRow",
      });
      const stream = result.stream().on("error", () => {});
      stream.once("data", () => result.close());
    };
    const check = async (i: number) => expect(await rows("SELECT {i:UInt32} AS i", { i })).toEqual([{ i }]);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([abandon(), abandon(), abandon()]);
      await Promise.all(Array.from({ length: 12 }, (_, i) => check(i)));
    }
  }, 20_000);
});

describe("errors", () => {
  it.each([
    ["SELEC 1", "62"],
    ["SELECT * FROM nowhere", "60"],
    ["SELECT 1; SELECT 2", "62"],
    ["SELECT throwIf(1)", "395"],
  ])("%s is refused with code %s", async (query, code) => {
    await expect(rows(query)).rejects.toMatchObject({ code });
  });

  it("name an unknown setting", async () => {
    const asked = client.query({ query: "SELECT 1", clickhouse_settings: { ...{ no_such_setting: 1 } } });
    await expect(asked).rejects.toMatchObject({ code: "115" });
  });

  it("refuse a wrong password", async () => {
    const stranger = connect({ password: "wrong" });
    await expect(rows("SELECT 1", {}, stranger)).rejects.toMatchObject({ code: "516" });
    await stranger.close();
  });

  it("hold a query to the memory limit and the engine survives", async () => {
    await expect(rows("SELECT groupArray(number) FROM numbers(300000000)")).rejects.toMatchObject({
      code: "241",
    });
    expect(await rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});

describe("slow queries", () => {
  it("do not delay quick ones, and end when their client leaves", async () => {
    const slow = Array.from({ length: 8 }, () => {
      const leave = new AbortController();
      const over = client.query({ query: SLOW, abort_signal: leave.signal }).then(
        () => "finished",
        () => "aborted",
      );
      return { leave, over };
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    const began = performance.now();
    await rows("SELECT 1");
    await client.insert({ table: "spans", values: [{ id: 1, text: "quick" }], format: "JSONEachRow" });
    expect(performance.now() - began).toBeLessThan(3_000);

    for (const { leave } of slow) leave.abort();
    expect(await Promise.all(slow.map((one) => one.over))).toEqual(slow.map(() => "aborted"));
    const running = "SELECT count() AS n FROM system.processes WHERE query LIKE '%sleepEachRow(0.1)%'";
    await expect
      .poll(() => rows(`${running} AND query NOT LIKE '%processes%'`), { timeout: 3_000 })
      .toEqual([{ n: 0 }]);
  });
});

describe("the engine", () => {
  it("writes no log tables of its own", async () => {
    expect(
      await rows("SELECT name FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'"),
    ).toEqual([]);
  });

  it("backs a table up into the backups folder, and restores it", async () => {
    const [before] = await rows("SELECT count() AS n FROM spans");
    await client.command({ query: `BACKUP TABLE spans TO File('${folder.path}/backups/one')` });
    await client.command({
      query: `RESTORE TABLE spans AS spans_again FROM File('${folder.path}/backups/one')`,
    });
    expect(await rows("SELECT count() AS n FROM spans_again")).toEqual([before]);
  });
});
