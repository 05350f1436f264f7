import { describe, expect, it } from "vitest";
import { place } from "./place.ts";

const window = { width: 1000, height: 600 };
const size = { width: 200, height: 100 };

describe("placing a floating box", () => {
  it("sits below its anchor, at the same edge", () => {
    expect(place({ left: 50, top: 20, width: 80, height: 30 }, size, window)).toEqual({ left: 50, top: 56 });
    expect(place({ left: 500, top: 20, width: 80, height: 30 }, size, window, "bottom", "end").left).toBe(
      380,
    );
  });

  it("moves above where there is no room below", () => {
    expect(place({ left: 50, top: 550, width: 80, height: 30 }, size, window).top).toBe(444);
  });

  it("never leaves the window", () => {
    expect(place({ left: 950, top: 20, width: 40, height: 30 }, size, window).left).toBe(792);
    expect(place({ left: 0, top: 20, width: 40, height: 30 }, size, window, "bottom", "end").left).toBe(8);
  });
});
