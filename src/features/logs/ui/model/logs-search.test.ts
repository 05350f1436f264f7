import { describe, expect, it } from "vitest";
import { isFiltered, parseCondition, parseLogsSearch, toggled } from "./logs-search.ts";

describe("the Logs page's part of the URL", () => {
  it("is read, and what cannot be read is left out", () => {
    expect(
      parseLogsSearch({
        severity: ["error", "loud"],
        service: "api",
        trace_id: "xyz",
        columns: ["agent", "x"],
        tail: "on",
      }),
    ).toEqual({ severity: ["error"], service: ["api"], columns: ["agent"], tail: "on" });
  });
  it("knows whether the list is narrowed", () => {
    expect(isFiltered({ columns: ["agent"], tail: "on" })).toBe(false);
    expect(isFiltered({ q: "timeout" })).toBe(true);
  });
});

describe("a condition on an attribute", () => {
  it.each([
    ["http.status >= 500", "http.status>=500"],
    ["user=anna b", "user=anna b"],
    ["retry.count?", "retry.count?"],
    ["path ~ /api", "path~/api"],
    ["a!=b", "a!=b"],
    ["user=", null],
    ["user", null],
    ["= 5", null],
  ])("%j is %j", (typed, condition) => {
    expect(parseCondition(typed)).toBe(condition);
  });
});

describe("a filter of several values", () => {
  it("takes a value in and out", () => {
    expect(toggled(undefined, "a")).toEqual(["a"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
    expect(toggled(["a"], "a")).toBeUndefined();
  });
});
