import { describe, expect, it } from "vitest";
import { parseSearch, stringifySearch } from "#web/lib/search-params.ts";
import { executionFilter, parseExecutionsSearch } from "./executions-search.ts";

describe("the executions page's URL", () => {
  it.each([
    ["", {}],
    ["?status=failed&status=lost&agent=a&agent=b", { status: ["failed"], agent: ["a", "b"] }],
    ["?source=trace&has_errors=true&q=job", { source: "trace", has_errors: "true", q: "job" }],
    ["?source=both&has_errors=1", {}],
    ["?min_duration_ms=1000&min_cost_usd=-1", { min_duration_ms: "1000" }],
    ["?min_duration_ms=soon&user_id=u&session_id=s", { user_id: "u", session_id: "s" }],
  ])("%s", (query, search) => {
    expect(parseExecutionsSearch(parseSearch(query))).toEqual(search);
    expect(parseExecutionsSearch(parseSearch(stringifySearch(search)))).toEqual(search);
  });

  it("asks the API for filters only", () => {
    expect(executionFilter({ q: "x", row: "r" })).toEqual({ q: "x" });
  });
});
