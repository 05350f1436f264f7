import { describe, expect, it } from "vitest";
import { drillInto, filterOfGroup, groupOfSearch, sortOfSearch } from "./groups.ts";

describe("groups of spans", () => {
  it("are by agent and cost unless told, by tool and slowness after a click", () => {
    expect([groupOfSearch({}).id, sortOfSearch({})]).toEqual(["agent", "cost_usd"]);
    const next = drillInto({ from: "1h" }, "planner")!;
    expect(next).toEqual({ agent: ["planner"], group: "tool", sort: undefined });
    expect(sortOfSearch(next)).toBe("duration_p95_ms");
  });

  it("can be by any attribute", () => {
    expect(groupOfSearch({ group: "attribute:tenant" })).toMatchObject({ label: "tenant" });
    expect(groupOfSearch({ group: "nonsense" }).id).toBe("agent");
    expect(drillInto({ group: "attribute:tenant", where: ["a=1"] }, "acme")).toMatchObject({
      where: ["a=1", "attribute:tenant=acme"],
      group: "agent",
    });
  });

  it.each([
    ["user_id", "u", { user_id: "u" }],
    ["model", "gpt", { model: ["gpt"] }],
    ["name", "chat", { where: ["name=chat"] }],
  ])("by %s narrow to %s with %j", (group, value, expected) => {
    expect(filterOfGroup({}, group, value)).toEqual(expected);
  });

  it("end with the span's name", () => {
    expect(drillInto({ group: "name" }, "chat")).toBeNull();
  });
});
