import { describe, expect, it } from "vitest";
import { safeReturnTo, signInPath } from "./return-to.ts";

describe("safeReturnTo", () => {
  it.each([
    ["/p/default/traces?from=1h", "/p/default/traces?from=1h"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["/\t/evil.example", "/"],
    ["https://evil.example", "/"],
    ["javascript:alert(1)", "/"],
    [undefined, "/"],
  ])("%j leads to %s", (given, path) => {
    expect(safeReturnTo(given)).toBe(path);
  });
});

describe("signInPath", () => {
  it("remembers where the user was going", () => {
    expect(signInPath("/p/a/traces?q=x")).toBe("/sign-in?return_to=%2Fp%2Fa%2Ftraces%3Fq%3Dx");
    expect(signInPath("/")).toBe("/sign-in");
  });
});
