import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runWindows } from "./execution-windows.ts";

describe("the windows runs are searched in", () => {
  it("are one for a short range, and grow with age for a long one", () => {
    const end = Date.UTC(2026, 10, 21, 9, 2);
    expect(runWindows(end - 600_000, end)).toEqual([{ fromMs: end - 600_000, toMs: end }]);
    const minutes = runWindows(end - 90 * 86_400_000, end).map(
      ({ fromMs, toMs }) => (toMs - fromMs) / 60_000,
    );
    expect(minutes.length).toBe(6);
    expect(minutes.slice(0, 4)).toEqual([17, 180, 1440, 10_080]);
  });

  it("cover the range once, newest first, with inner borders on whole buckets", () => {
    const time = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(time, time, (a, b) => {
        fc.pre(a !== b);
        const [fromMs, toMs] = [Math.min(a, b), Math.max(a, b)];
        const windows = runWindows(fromMs, toMs);
        expect(windows[0]!.toMs).toBe(toMs);
        expect(windows.at(-1)!.fromMs).toBe(fromMs);
        windows.forEach((window, i) => {
          expect(window.fromMs).toBeLessThan(window.toMs);
          if (i > 0) {
            expect(window.toMs).toBe(windows[i - 1]!.fromMs);
            expect(window.toMs % 300_000).toBe(0);
          }
        });
      }),
    );
  });
});
