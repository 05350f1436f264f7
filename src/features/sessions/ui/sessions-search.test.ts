import { describe, expect, it } from "vitest";
import { parseSessionSearch, parseSessionsSearch, sessionFilter } from "./sessions-search.ts";

describe("the sessions page's address", () => {
  it.each([
    [{}, {}],
    [
      { q: "conv", agent: "a", has_errors: "true", row: "x", other: "1" },
      { q: "conv", agent: "a", has_errors: "true", row: "x" },
    ],
    [{ q: ["first", "second"], has_errors: "no" }, { q: "first" }],
  ])("of %j is read as %j", (raw, expected) => {
    expect(parseSessionsSearch(raw)).toEqual(expected);
  });

  it("gives the API everything but the row", () => {
    expect(sessionFilter({ q: "a", row: "b" })).toEqual({ q: "a" });
  });

  it("opens a session with its conversation unless told", () => {
    expect([parseSessionSearch({}), parseSessionSearch({ view: "traces" })]).toEqual([
      {},
      { view: "traces" },
    ]);
  });
});
