import { describe, expect, it } from "vitest";
import { parseCostsSearch } from "./costs-search.ts";
import { draftOf, readRates } from "./rate-fields.ts";
import { burnBar, unitCosts } from "./unit-costs.ts";

describe("the URL of the costs page", () => {
  it.each([
    [{}, {}],
    [
      { tab: "budgets", by: "agent", environment: "prod" },
      { tab: "budgets", by: "agent", environment: "prod" },
    ],
    [{ tab: "other", by: ["tag", "agent"], q: "" }, { by: "tag" }],
  ])("%j is read as %j", (raw, search) => {
    expect(parseCostsSearch(raw)).toEqual(search);
  });
});

describe("unit costs", () => {
  it.each([
    [{ cost_usd: 10, executions: 4, tokens_total: 20_000 }, 2.5, 0.5],
    [{ cost_usd: 10, executions: 0, tokens_total: 0 }, null, null],
    [{ cost_usd: null, executions: 4, tokens_total: 10 }, null, null],
    [{}, null, null],
  ])("of %j", (totals, perExecution, perThousandTokens) => {
    expect(unitCosts(totals)).toEqual({ perExecution, perThousandTokens });
  });
});

describe("a burn bar", () => {
  it.each([
    [0.25, 80, 100, { spent: 25, forecast: 80 }],
    [1.7, 300, 100, { spent: 100, forecast: 100 }],
    [0, 0, 0, { spent: 0, forecast: 0 }],
  ])("at a share of %d, forecast %d of %d", (share, forecast, limit, bar) => {
    expect(burnBar(share, forecast, limit)).toEqual(bar);
  });
});

describe("typed rates", () => {
  it("are read with comma or point, and left out where empty", () => {
    expect(readRates({ input: "2,5", output: " 10 ", cache_read: "" })).toEqual({
      rates: { input: 2.5, output: 10 },
    });
    expect(draftOf({ input: 2.5, output: 10, cache_read: undefined })).toEqual({
      input: "2.5",
      output: "10",
    });
  });

  it("are named where they cannot be read", () => {
    expect(readRates({ input: "free", cache_read: "-1" })).toEqual({
      wrong: ["input", "output", "cache_read"],
    });
  });
});
