import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowsUntilException } from "./rows-until-exception.ts";

const TAG = "0123456789abcdef";
const read = (bytes: Buffer, sizes: readonly number[]) => {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return buffer(Readable.from(chunks, { objectMode: false }).pipe(new RowsUntilException(TAG)));
};
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });

describe("the rows of a result", () => {
  it("pass unchanged however they are cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), sizes, async (given, cuts) => {
        expect(Buffer.compare(await read(Buffer.from(given), cuts), Buffer.from(given))).toBe(0);
      }),
    );
  });

  it("fail where the query failed, however they are cut", async () => {
    const bytes = Buffer.from(
      `a,b\n1,2\n\r\n__exception__\r\n${TAG}\nCode: 241. Memory limit\n24 ${TAG}\r\n__exception__\r\n`,
    );
    await fc.assert(
      fc.asyncProperty(sizes, async (cuts) => {
        await expect(read(bytes, cuts)).rejects.toMatchObject({ code: "query_failed" });
      }),
    );
  });
});
