import { describe, expect, it } from "vitest";
import { createSignalFilter } from "./signals.js";

describe("createSignalFilter", () => {
  it("passes a signal on once, not its echo, and again when it is asked for again", () => {
    const isNew = createSignalFilter();
    expect(isNew("SIGINT", 0)).toBe(true);
    expect(isNew("SIGINT", 3)).toBe(false);
    expect(isNew("SIGINT", 2_000)).toBe(true);
  });

  it("keeps different signals apart", () => {
    const isNew = createSignalFilter();
    expect(isNew("SIGINT", 0)).toBe(true);
    expect(isNew("SIGTERM", 1)).toBe(true);
  });
});
