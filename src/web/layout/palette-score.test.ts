import { describe, expect, it } from "vitest";
import { paletteScore } from "./palette-score.ts";

describe("how well a line of the palette fits", () => {
  const best = (search: string) => {
    const lines = [
      { value: "Attribute mapping", words: ["rename", "dialect"] },
      { value: "Patterns in charts", words: ["dash", "hatch"] },
      { value: "Traces", words: ["spans", "llm"] },
      { value: "search: anything", words: [] },
    ];
    const scored = lines.map((line) => ({ ...line, score: paletteScore(line.value, search, line.words) }));
    return scored.sort((a, b) => b.score - a.score)[0]!.value;
  };
  it.each([
    ["patterns", "Patterns in charts"],
    ["charts pat", "Patterns in charts"],
    ["trac", "Traces"],
    ["spans", "Traces"],
    ["mapping", "Attribute mapping"],
    ["ttribut", "Attribute mapping"],
    ["no such page", "search: anything"],
  ])("%j leads to %s", (search, value) => {
    expect(best(search)).toBe(value);
  });
  it("keeps what the server found, below a page of that name", () => {
    expect(paletteScore("object: agent-7", "billing")).toBeGreaterThan(0.4);
    expect(paletteScore("object: agent-7", "agents")).toBeLessThan(paletteScore("Agents", "agents"));
  });
});
