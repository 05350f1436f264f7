import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWhere, WHERE_OPERATORS, whereText, writeWhere } from "./where-filter.ts";

describe("a condition on an attribute", () => {
  it.each([
    [{ name: " cost_usd ", op: ">=", value: " 0.5 " }, "cost_usd>=0.5"],
    [{ name: "tenant", op: "?", value: "left over" }, "tenant?"],
    [{ name: "tenant", op: "=", value: "" }, "tenant="],
    [{ name: "cost_usd", op: ">", value: "much" }, null],
    [{ name: " ", op: "=", value: "a" }, null],
    [{ name: "a=b", op: "=", value: "c" }, null],
  ] as const)("%j is written %j", (parts, expected) => {
    expect(writeWhere(parts)).toBe(expected);
  });

  it("is read as it was written", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9._:-]{0,20}$/);
    const op = fc.constantFrom(...WHERE_OPERATORS.map((one) => one.op));
    fc.assert(
      fc.property(name, op, fc.stringMatching(/^[a-z0-9 ?=]{0,20}$/), (key, operator, value) => {
        const text = writeWhere({ name: key, op: operator, value });
        if (text === null) return;
        const expected = operator === "?" ? "" : value.trim();
        // An empty value after `>` and the like was refused; `=` then a value that begins with `=` is read the same.
        expect(readWhere(text)).toEqual({ name: key, op: operator, value: expected });
      }),
    );
  });

  it("is told in words", () => {
    expect(whereText("attribute:tenant!=acme")).toEqual({ name: "tenant", value: "is not acme" });
    expect(whereText("nonsense")).toEqual({ name: "where", value: "nonsense" });
  });
});
