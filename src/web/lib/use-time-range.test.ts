import { describe, expect, it } from "vitest";
import { parseShellSearch } from "./use-time-range.ts";

describe("what goes along from page to page in the URL", () => {
  it("is the range, the comparison and the refresh interval", () => {
    const search = { from: "7d", tz: "Europe/Oslo", compare: "previous", refresh: "30s", q: "x" };
    expect(parseShellSearch(search)).toEqual({
      from: "7d",
      tz: "Europe/Oslo",
      compare: "previous",
      refresh: "30s",
    });
  });
  it("leaves out what cannot be read", () => {
    const odd = { compare: "next", refresh: "toString", to: "now", tz: "Nowhere" };
    expect(parseShellSearch(odd)).toEqual({});
  });
});
