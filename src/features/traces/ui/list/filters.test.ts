import { describe, expect, it } from "vitest";
import { facetOptions } from "./facet-menu.tsx";
import { chipsOf } from "./filter-chips.tsx";

describe("a facet menu", () => {
  const options = [
    { value: "alpha", count: 5 },
    { value: "beta", count: 3 },
  ];
  it("lists what is chosen first, even what the range does not have", () => {
    expect(facetOptions(options, ["beta", "gone"], "").map((one) => one.value)).toEqual([
      "beta",
      "gone",
      "alpha",
    ]);
  });
  it("finds by part of the name", () => {
    expect(facetOptions(options, [], "AL").map((one) => one.value)).toEqual(["alpha"]);
  });
});

describe("chips", () => {
  it("stand for each value in use, without the search text", () => {
    const chips = chipsOf({ q: "x", agent: ["a", "b"], min_duration_ms: 1500, has_errors: "true", row: "r" });
    expect(chips.map((chip) => `${chip.name}: ${chip.value}`)).toEqual([
      "agent: a",
      "agent: b",
      "longer than: 1.5 s",
      "any span failed: yes",
    ]);
  });
  it("take off only their own value", () => {
    const chips = chipsOf({ agent: ["a", "b"], session_id: "s" });
    expect(chips.map((chip) => chip.remove)).toEqual([
      { session_id: undefined },
      { agent: ["b"] },
      { agent: ["a"] },
    ]);
  });
});
