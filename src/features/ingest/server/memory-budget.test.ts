import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryBudget } from "./memory-budget.ts";

describe("the memory budget of ingest", () => {
  it("lets a request that is alone hold more than the budget, so that one large export always gets through", () => {
    const share = new MemoryBudget(100).open();
    expect(() => share.growTo(5000)).not.toThrow();
  });

  it("refuses with 429 and Retry-After what would not fit beside others", () => {
    const budget = new MemoryBudget(100);
    budget.open().growTo(60);
    expect(() => budget.open().growTo(41)).toThrow(
      expect.objectContaining({ code: "ingest_busy", status: 429, retryAfterSeconds: 1 }),
    );
    expect(() => budget.open().growTo(40)).not.toThrow();
  });

  it("is empty again when all shares were released, whatever happened in between", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(200), { maxLength: 5 }), { maxLength: 8 }), (requests) => {
        const budget = new MemoryBudget(300);
        const shares = requests.map((sizes) => {
          const share = budget.open();
          for (const size of sizes) {
            try {
              share.growTo(size);
            } catch {
              break;
            }
          }
          return share;
        });
        for (const share of [...shares, ...shares]) share.release();
        expect(budget.usedBytes).toBe(0);
      }),
    );
  });
});
