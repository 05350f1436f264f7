import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attributeSearch,
  filterQuery,
  isFiltered,
  parseAttributeFilter,
  parseTraceSearch,
  parseTracesSearch,
  toggled,
  withoutFilters,
} from "./traces-search.ts";

const value = fc.string({ minLength: 1, maxLength: 40 });
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 8 });
const search = fc.record(
  {
    from: fc.constantFrom("now-1h", "2026-11-20 14:00"),
    to: fc.constant("now"),
    q: value,
    agent: values,
    model: values,
    environment: values,
    attribute: values,
    session_id: value,
    status: fc.constantFrom("ok" as const, "error" as const),
    has_errors: fc.constantFrom("true" as const, "false" as const),
    min_duration_ms: fc.nat(),
    min_tokens: fc.nat(),
    row: value,
    selected: values,
  },
  { requiredKeys: [] },
);

describe("the list's search parameters", () => {
  it("come back as they were written", () => {
    fc.assert(
      fc.property(search, (wanted) => {
        expect(parseTracesSearch(JSON.parse(JSON.stringify(wanted)))).toEqual(wanted);
      }),
    );
  });

  it("never make anything of hostile input but a valid search", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (raw) => {
        const once = parseTracesSearch(raw);
        expect(parseTracesSearch({ ...once })).toEqual(once);
        parseTraceSearch(raw);
      }),
    );
  });

  it.each([
    [{ agent: "solo" }, { agent: ["solo"] }],
    [{ agent: ["a", "a", 7, null, {}] }, { agent: ["a", "7"] }],
    [
      { q: 42, min_duration_ms: "250" },
      { q: "42", min_duration_ms: 250 },
    ],
    [{ min_duration_ms: -1, min_tokens: "many", status: "sad", has_errors: true }, { has_errors: "true" }],
    [{ q: "", from: "", agent: [] }, {}],
  ])("%o reads as %o", (raw, expected) => {
    expect(parseTracesSearch(raw)).toEqual(expected);
  });

  it("become the same query for the same filters in any order, without time and selection", () => {
    expect(filterQuery({ model: ["b", "a"], from: "now-1h", row: "x", q: "hi there" })).toBe(
      "model=a&model=b&q=hi+there",
    );
    expect(filterQuery({ q: "hi there", model: ["a", "b"] })).toBe("model=a&model=b&q=hi+there");
  });

  it("know what is a filter and clear only that", () => {
    const narrowed = parseTracesSearch({ from: "now-1h", agent: "a", row: "r" });
    expect(isFiltered(narrowed)).toBe(true);
    expect(withoutFilters(narrowed)).toEqual({ from: "now-1h" });
    expect(isFiltered(withoutFilters(narrowed))).toBe(false);
  });
});

it("the trace page's search parameters keep only a tab that exists", () => {
  expect(parseTraceSearch({ span: "00f067aa0ba902b7", tab: "events", find: "x" })).toEqual({
    span: "00f067aa0ba902b7",
    tab: "events",
    find: "x",
  });
  expect(parseTraceSearch({ tab: "settings", span: {} })).toEqual({});
});

it("a value of a filter goes in and out", () => {
  expect(toggled(undefined, "a")).toEqual(["a"]);
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
  expect(toggled(["a"], "a")).toBeUndefined();
});

it.each([
  ["tenant.id=42", "tenant.id=42"],
  [" tenant.id = a=b ", "tenant.id=a=b"],
  ["tenant.id", "tenant.id"],
  ["=x", null],
  ["  ", null],
])("typing %o filters by %o", (typed, filter) => {
  expect(parseAttributeFilter(typed)).toBe(filter);
});

it("an attribute leads to the list of what shares it", () => {
  expect(attributeSearch("tenant.id", "42")).toEqual({ attribute: ["tenant.id=42"] });
});
