import { describe, expect, it } from "vitest";
import { nextTab } from "./tabs.tsx";

const tabs = [
  { id: "a", label: "A" },
  { id: "b", label: "B", disabled: true },
  { id: "c", label: "C" },
] as const;

describe("nextTab", () => {
  it("skips what is disabled and wraps around", () => {
    expect(nextTab(tabs, "a", 1)).toBe("c");
    expect(nextTab(tabs, "c", 1)).toBe("a");
    expect(nextTab(tabs, "a", -1)).toBe("c");
  });
});
