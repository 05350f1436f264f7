import { describe, expect, it } from "vitest";
import { parseSearch, stringifySearch } from "#web/lib/search-params.ts";
import { agentFilter, parseAgentSearch, parseAgentsSearch, toggled } from "./agents-search.ts";

describe("the agents page's URL", () => {
  it.each([
    ["", {}],
    ["?status=idle&status=gone&q=x", { status: ["idle"], q: "x" }],
    ["?tag=a&tag=b&environment=prod", { tag: ["a", "b"], environment: ["prod"] }],
    ["?sort=name&view=grid", {}],
    ["?sort=status&view=list&archived=true", { sort: "status", view: "list", archived: "true" }],
    ["?sort=constructor&archived=maybe", {}],
  ])("%s", (query, search) => {
    expect(parseAgentsSearch(parseSearch(query))).toEqual(search);
    expect(parseAgentsSearch(parseSearch(stringifySearch(search)))).toEqual(search);
  });

  it("asks the API for filters and order only", () => {
    expect(agentFilter({ q: "x", view: "list", row: "1", sort: "status" })).toEqual({
      q: "x",
      sort: "status",
    });
  });
});

describe("one agent's URL", () => {
  it.each([
    ["?tab=events&event=error&text=boom", { tab: "events", event: "error", text: "boom" }],
    ["?tab=performance", {}],
    ["?tab=secrets", {}],
    ["?tab=configuration&config=3&against=x", { tab: "configuration", config: "3" }],
  ])("%s", (query, search) => {
    expect(parseAgentSearch(parseSearch(query))).toEqual(search);
  });
});

describe("a list of chosen values", () => {
  it("takes a value in and out", () => {
    expect(toggled(undefined, "a")).toEqual(["a"]);
    expect(toggled(["a"], "b")).toEqual(["a", "b"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
    expect(toggled(["a"], "a")).toBeUndefined();
  });
});
