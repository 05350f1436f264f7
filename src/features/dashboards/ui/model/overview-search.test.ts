import { describe, expect, it } from "vitest";
import { parseOverviewSearch } from "./overview-search.ts";

describe("the overview's part of the URL", () => {
  it("is read, and what cannot be read is left out", () => {
    expect(
      parseOverviewSearch({ environment: "prod", agents_by: "cost_usd", tools_by: "beauty", x: "1" }),
    ).toEqual({
      environment: "prod",
      agents_by: "cost_usd",
    });
  });
});
