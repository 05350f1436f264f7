import { describe, expect, it } from "vitest";
import { NAVIGATION } from "./navigation.ts";

/** The order that is promised to users; pages may be missing, but not out of place. */
const ORDER = [
  ...["overview", "agents", "executions", "traces", "sessions", "users", "costs", "logs", "metrics"],
  ...["connect", "keys", "attribute-mapping", "retention"],
];

describe("the navigation", () => {
  it("has its pages in their order", () => {
    const known = NAVIGATION.map((item) => item.id).filter((id) => ORDER.includes(id));
    expect(known).toEqual(ORDER.filter((id) => known.includes(id)));
  });
  it("has keys of its own for every page, and none that begins another's", () => {
    const keys = NAVIGATION.map((item) => item.keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((each) => /^g [a-z]$/.test(each))).toBe(true);
  });
  it("sets up after it observes", () => {
    const sections = NAVIGATION.map((item) => item.section);
    expect(sections.indexOf("set up")).toBeGreaterThan(sections.lastIndexOf("observe"));
  });
});
