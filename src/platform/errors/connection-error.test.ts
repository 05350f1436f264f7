import { describe, expect, it } from "vitest";
import { isConnectionError } from "./connection-error.ts";

const withCode = (code: string) => Object.assign(new Error("x"), { code });

describe("telling a store that is away from a fault", () => {
  it.each([
    ["nobody listens", withCode("ECONNREFUSED"), true],
    ["the server is shutting down", withCode("57P01"), true],
    ["the server is starting", withCode("57P03"), true],
    ["the connection broke", withCode("08006"), true],
    ["the pool waited in vain", new Error("timeout exceeded when trying to connect"), true],
    ["the socket closed under a query", new Error("Connection terminated unexpectedly"), true],
    ["a unique constraint", withCode("23505"), false],
    ["a ClickHouse error", withCode("60"), false],
    ["a bug", new TypeError("x is not a function"), false],
    ["something thrown that is no error", "ECONNREFUSED", false],
  ])("%s", (_, error, expected) => {
    expect(isConnectionError(error)).toBe(expected);
  });
});
