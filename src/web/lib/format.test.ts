import { describe, expect, it } from "vitest";
import {
  formatAbsoluteTime,
  formatBytes,
  formatCost,
  formatCount,
  formatDurationMs,
  formatDurationNs,
  formatRelativeTime,
  formatTableTime,
  formatTokens,
  formatZoneOffset,
} from "./format.ts";

describe("formatDurationNs", () => {
  it.each([
    [0, "0 ns"],
    [850, "850 ns"],
    [12_500, "12.5 µs"],
    [340e6, "340 ms"],
    [999.6e6, "1 s"],
    [1.24e9, "1.24 s"],
    [1_239_000_000n, "1.24 s"],
    [59.94e9, "59.9 s"],
    [59.96e9, "1 m 00 s"],
    [125e9, "2 m 05 s"],
    [12_000e9, "3 h 20 m"],
    [187_200e9, "2 d 4 h"],
    [-5e6, "−5 ms"],
    [Number.NaN, "–"],
  ])("%s is %s", (ns, text) => {
    expect(formatDurationNs(ns)).toBe(text);
  });

  it("takes milliseconds with fractions", () => {
    expect(formatDurationMs(0.0042)).toBe("4.2 µs");
    expect(formatDurationMs(1240)).toBe("1.24 s");
  });
});

describe("formatTokens", () => {
  it.each([
    [0, "0"],
    [950, "950"],
    [1000, "1k"],
    [12_345, "12.3k"],
    [123_456, "123k"],
    [999_999, "1M"],
    [1_234_567, "1.2M"],
  ])("%d is %s", (count, text) => {
    expect(formatTokens(count)).toBe(text);
  });
});

describe("formatCost", () => {
  it.each([
    [null, "–"],
    [0, "$0"],
    [0.0000001, "<$0.000001"],
    [0.000321, "$0.00032"],
    [0.0421, "$0.042"],
    [0.5, "$0.50"],
    [12.345, "$12.35"],
    [1234.5, "$1,234.50"],
  ])("%s is %s", (usd, text) => {
    expect(formatCost(usd)).toBe(text);
  });
});

describe("times", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");

  it("shows nanosecond times in the wanted zone", () => {
    expect(formatAbsoluteTime("2026-11-20T23:30:05.123456789Z", "Europe/Berlin")).toBe(
      "2026-11-21 00:30:05.123",
    );
    expect(formatAbsoluteTime("nonsense", "UTC")).toBe("–");
  });

  it("leaves the date out on the same day only", () => {
    expect(formatTableTime("2026-11-21T08:01:02Z", now, "UTC")).toBe("08:01:02");
    expect(formatTableTime("2026-11-20T08:01:02Z", now, "UTC")).toBe("Nov 20, 08:01:02");
    expect(formatTableTime("2025-11-20T08:01:02Z", now, "UTC")).toBe("2025-11-20 08:01:02");
  });

  it.each([
    [0, "just now"],
    [-12_000, "12 s ago"],
    [-5 * 60_000, "5 min ago"],
    [-3 * 3_600_000, "3 h ago"],
    [-2 * 86_400_000, "2 d ago"],
    [5 * 60_000, "in 5 min"],
    [-40 * 86_400_000, "2026-10-12"],
  ])("%d ms from now is %s", (distance, text) => {
    expect(formatRelativeTime(now + distance, now)).toBe(text);
  });

  it("names a zone's offset on the day", () => {
    expect(formatZoneOffset(now, "Europe/Berlin")).toBe("UTC+01:00");
    expect(formatZoneOffset(now, "UTC")).toBe("UTC");
  });
});

describe("counts", () => {
  it("inflects and separates thousands", () => {
    expect(formatCount(1, "span")).toBe("1 span");
    expect(formatCount(12_345, "span")).toBe("12,345 spans");
    expect(formatBytes(1536)).toBe("1.5 KiB");
  });
});
