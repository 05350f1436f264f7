import { describe, expect, it } from "vitest";
import { BufferPool } from "./buffer-pool.ts";

const KIB = 1024;

describe("a pool of buffers", () => {
  it("hands out the buffer that was given back to who needs about as much", () => {
    const pool = new BufferPool(1024 * KIB);
    const first = pool.take(100 * KIB);
    expect(first.length).toBe(128 * KIB);
    pool.giveBack(first);
    expect(pool.take(70 * KIB)).toBe(first);
    expect(pool.take(70 * KIB)).not.toBe(first);
  });

  it("keeps no more than it may", () => {
    const pool = new BufferPool(300 * KIB);
    const buffers = [1, 2, 3].map(() => pool.take(128 * KIB));
    for (const buffer of buffers) pool.giveBack(buffer);
    expect(pool.idleBytes).toBe(256 * KIB);
  });

  it("leaves small buffers to the garbage collector", () => {
    const pool = new BufferPool(300 * KIB);
    const small = pool.take(1000);
    expect(small.length).toBe(1000);
    pool.giveBack(small);
    expect(pool.idleBytes).toBe(0);
  });
});
