import { describe, expect, it } from "vitest";
import { choosePhases, PHASES } from "./phases.js";

describe("choosePhases", () => {
  it("runs everything when nothing is named", () => {
    expect(choosePhases([])).toBe(PHASES);
  });

  it("keeps the order of the phases, not that of the names", () => {
    const titles = choosePhases(["knip", "lint"]).map((phase) => phase.name);
    expect(titles).toEqual(["lint", "knip"]);
  });

  it("refuses an unknown name and lists the known ones", () => {
    expect(() => choosePhases(["lnit"])).toThrow(/"lnit".*typecheck, lint, knip, unit, build, e2e/);
  });
});
