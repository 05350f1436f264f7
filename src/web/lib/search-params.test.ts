import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSearch, stringifySearch } from "./search-params.ts";

describe("search parameters", () => {
  it("stay text, whatever they look like", () => {
    expect(parseSearch("?q=12&flag=true&json={}")).toEqual({ q: "12", flag: "true", json: "{}" });
  });

  it("repeat a name for a list", () => {
    expect(parseSearch("?agent=a&agent=b&agent=c")).toEqual({ agent: ["a", "b", "c"] });
    expect(stringifySearch({ agent: ["a", "b"], from: "now-1M/M", to: undefined })).toBe(
      "?agent=a&agent=b&from=now-1M/M",
    );
  });

  it("cannot reach the prototype", () => {
    expect(parseSearch("?__proto__=1&a=2")).toEqual({ a: "2" });
  });

  it("survive the way through the URL", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" });
    const name = fc.string({ minLength: 1 }).filter((each) => each !== "__proto__");
    const list = fc.array(text, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.dictionary(name, fc.oneof(text, list), { noNullPrototype: true }), (search) => {
        expect(parseSearch(stringifySearch(search))).toEqual(search);
      }),
    );
  });
});
