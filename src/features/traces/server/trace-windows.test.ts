import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { daysToRead, type ListWindow, nextListWindow, searchWindows } from "./trace-windows.ts";

const at = (text: string) => Date.parse(`${text}Z`);
const told = (windows: { fromMs: number; toMs: number }[]) =>
  windows.map(
    ({ fromMs, toMs }) =>
      `${new Date(fromMs).toISOString().slice(0, 16)}/${new Date(toMs).toISOString().slice(0, 16)}`,
  );

describe("the windows of a list", () => {
  const windowsOf = (fromMs: number, toMs: number, found: number) => {
    const windows: ListWindow[] = [];
    for (let edge = toMs; ; ) {
      const window = nextListWindow({ fromMs, toMs }, edge, { found, wanted: 50 });
      if (!window) return windows;
      windows.push(window);
      edge = window.fromMs;
    }
  };

  it("are minutes and hours first where much is found, then days", () => {
    const windows = windowsOf(at("2026-11-14T09:00"), at("2026-11-21T09:02"), 20);
    expect(told(windows)).toEqual([
      "2026-11-21T08:50/2026-11-21T09:02",
      "2026-11-21T06:00/2026-11-21T08:50",
      "2026-11-21T00:00/2026-11-21T06:00",
      "2026-11-14T09:00/2026-11-21T00:00",
    ]);
    expect(windows.map(({ narrow }) => narrow)).toEqual([true, true, false, false]);
  });

  it("are days after the first minutes where little is found", () => {
    expect(told(windowsOf(at("2025-11-14T09:00"), at("2026-11-21T09:02"), 1))).toEqual([
      "2026-11-21T08:50/2026-11-21T09:02",
      "2026-11-21T00:00/2026-11-21T08:50",
      "2026-11-14T00:00/2026-11-21T00:00",
      "2026-10-15T00:00/2026-11-14T00:00",
      "2025-11-14T09:00/2026-10-15T00:00",
    ]);
  });

  it("cover the range once, newest first, wide ones with inner borders on whole days", () => {
    const time = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(time, time, fc.integer({ min: 0, max: 50 }), (a, b, found) => {
        fc.pre(a !== b);
        const windows = windowsOf(Math.min(a, b), Math.max(a, b), found);
        expect(windows.length).toBeLessThan(8);
        expect(windows[0]!.toMs).toBe(Math.max(a, b));
        expect(windows.at(-1)!.fromMs).toBe(Math.min(a, b));
        for (let i = 0; i < windows.length; i++) {
          expect(windows[i]!.fromMs).toBeLessThan(windows[i]!.toMs);
          if (i > 0) expect(windows[i]!.toMs).toBe(windows[i - 1]!.fromMs);
          if (i > 0 && !windows[i]!.narrow && !windows[i - 1]!.narrow)
            expect(windows[i]!.toMs % 86_400_000).toBe(0);
        }
      }),
    );
  });
});

describe("the windows a range is searched in", () => {
  it.each([
    ["one hour", "2026-11-21T08:00", "2026-11-21T09:00", ["2026-11-21T08:00/2026-11-21T09:00"]],
    [
      "a day across midnight",
      "2026-11-20T09:00",
      "2026-11-21T09:00",
      ["2026-11-21T00:00/2026-11-21T09:00", "2026-11-20T09:00/2026-11-21T00:00"],
    ],
    [
      "a week",
      "2026-11-14T09:00",
      "2026-11-21T09:00",
      [
        "2026-11-21T00:00/2026-11-21T09:00",
        "2026-11-15T00:00/2026-11-21T00:00",
        "2026-11-14T09:00/2026-11-15T00:00",
      ],
    ],
    [
      "a year",
      "2025-11-21T09:00",
      "2026-11-21T09:00",
      [
        "2026-11-21T00:00/2026-11-21T09:00",
        "2026-11-15T00:00/2026-11-21T00:00",
        "2026-10-17T00:00/2026-11-15T00:00",
        "2025-11-21T09:00/2026-10-17T00:00",
      ],
    ],
  ])("of %s are the newest first", (_name, from, to, windows) => {
    expect(told(searchWindows(at(from), at(to)))).toEqual(windows);
  });

  it("cover the range once, newest first, with inner borders on whole days", () => {
    const time = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(time, time, (a, b) => {
        fc.pre(a !== b);
        const [fromMs, toMs] = [Math.min(a, b), Math.max(a, b)];
        const windows = searchWindows(fromMs, toMs);
        expect(windows[0]!.toMs).toBe(toMs);
        expect(windows.at(-1)!.fromMs).toBe(fromMs);
        windows.forEach((window, i) => {
          expect(window.fromMs).toBeLessThanOrEqual(window.toMs);
          if (i > 0) {
            expect(window.toMs).toBe(windows[i - 1]!.fromMs);
            expect(window.toMs % 86_400_000).toBe(0);
          }
        });
      }),
    );
  });
});

describe("the days that are read for a window", () => {
  it.each([
    ["2026-11-21T08:00", "2026-11-21T09:00", "2026-11-20", "2026-11-22"],
    ["2026-11-21T00:00", "2026-11-22T00:00", "2026-11-20", "2026-11-23"],
    ["1970-01-01T00:00", "1970-01-01T01:00", "1970-01-01", "1970-01-02"],
  ])("%s/%s reach from %s to %s", (from, to, fromDay, toDay) => {
    expect(daysToRead({ fromMs: at(from), toMs: at(to) })).toEqual({ fromDay, toDay });
  });
});
