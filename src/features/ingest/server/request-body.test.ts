import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MemoryBudget } from "./memory-budget.ts";
import { decodeBody, readBody } from "./request-body.ts";

const MIB = 1024 * 1024;
const body = Buffer.concat([randomBytes(1000), Buffer.alloc(50_000, "a")]);

describe("a compressed body", () => {
  it.each([
    ["gzip", gzipSync(body)],
    ["GZIP ", gzipSync(body)],
    ["deflate", deflateSync(body)],
    ["br", brotliCompressSync(body)],
    ["zstd", zstdCompressSync(body)],
    ["identity", body],
    ["", body],
    [undefined, body],
  ])("with Content-Encoding %s is undone", async (encoding, sent) => {
    expect((await decodeBody(sent, encoding, MIB)).equals(body)).toBe(true);
  });

  it("of several gzip members is read to its end", async () => {
    const twice = Buffer.concat([gzipSync("one "), gzipSync("two")]);
    expect((await decodeBody(twice, "gzip", MIB)).toString()).toBe("one two");
  });

  it("that unpacks to more than the limit is refused without unpacking it all", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * MIB));
    expect(bomb.length).toBeLessThan(MIB);
    const before = process.memoryUsage().rss;
    await expect(decodeBody(bomb, "gzip", MIB)).rejects.toMatchObject({
      code: "body_too_large",
      status: 413,
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB);
  });

  it.each([
    ["gzip", Buffer.from("not gzip at all")],
    ["gzip", gzipSync(body).subarray(0, 500)],
    ["gzip", Buffer.alloc(0)],
    ["br", Buffer.from("not brotli")],
    ["zstd", Buffer.from("not zstd")],
  ])("that is not valid %s is refused", async (encoding, sent) => {
    await expect(decodeBody(sent, encoding, MIB)).rejects.toMatchObject({
      code: "malformed_encoding",
      status: 400,
    });
  });

  it.each(["compress", "gzip, gzip", "__proto__", "constructor", "x".repeat(5000)])(
    "with Content-Encoding %.20s is refused as unknown",
    async (encoding) => {
      const refusal = await decodeBody(Buffer.from("x"), encoding, MIB).catch((error: Error) => error);
      expect(refusal).toMatchObject({ code: "unsupported_encoding", status: 415 });
      expect((refusal as Error).message.length).toBeLessThan(200);
    },
  );
});

describe("a body as it arrives", () => {
  const chunks = (...sizes: number[]) => Readable.from(sizes.map((size) => Buffer.alloc(size, "x")));

  it("is put together from its chunks", async () => {
    const memory = new MemoryBudget(MIB).open();
    expect((await readBody(chunks(3, 0, 4), 100, 0, memory)).toString()).toBe("xxxxxxx");
    expect((await readBody(chunks(), 100, 0, memory)).length).toBe(0);
  });

  it("is refused by its declared length before a byte of it is held", async () => {
    const budget = new MemoryBudget(MIB);
    await expect(readBody(chunks(1), 100, 101, budget.open())).rejects.toMatchObject({ status: 413 });
    expect(budget.usedBytes).toBe(0);
  });

  it("is refused as soon as it is longer than allowed, whatever it declared", async () => {
    const budget = new MemoryBudget(MIB);
    await expect(readBody(chunks(60, 60, 60), 100, 0, budget.open())).rejects.toMatchObject({ status: 413 });
    expect(budget.usedBytes).toBe(60);
  });

  it("is refused when it does not fit beside the others", async () => {
    const budget = new MemoryBudget(100);
    budget.open().growTo(80);
    await expect(readBody(chunks(10, 20), 1000, 0, budget.open())).rejects.toMatchObject({
      code: "ingest_busy",
      status: 429,
      retryAfterSeconds: 1,
    });
  });
});
