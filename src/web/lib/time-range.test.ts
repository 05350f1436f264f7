import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  describeRange,
  followsNow,
  parseRange,
  rangeParams,
  rangeText,
  resolveRange,
  shiftRange,
  type TypedRange,
  zoomOut,
} from "./time-range.ts";

const now = Date.parse("2026-11-21T12:34:56.000Z"); // a Saturday
const iso = (range: { from: number; to: number } | null) =>
  range && [new Date(range.from).toISOString(), new Date(range.to).toISOString()];
const read = (text: string, timeZone = "UTC", at = now) => {
  const range = parseRange(text, at, timeZone);
  return range && iso(resolveRange(range, at, timeZone));
};
const NOW = "2026-11-21T12:34:56.000Z";

describe("reading a range", () => {
  it.each([
    ["30m", "2026-11-21T12:04:56.000Z", NOW],
    ["2d", "2026-11-19T12:34:56.000Z", NOW],
    ["last 3 hours", "2026-11-21T09:34:56.000Z", NOW],
    ["2 weeks", "2026-11-07T12:34:56.000Z", NOW],
    ["1M", "2026-10-21T12:34:56.000Z", NOW],
    ["1m", "2026-11-21T12:33:56.000Z", NOW],
    ["now-1h", "2026-11-21T11:34:56.000Z", NOW],
    ["now-6h - now-3h", "2026-11-21T06:34:56.000Z", "2026-11-21T09:34:56.000Z"],
    ["now/d", "2026-11-21T00:00:00.000Z", NOW],
    ["now/d - now/d", "2026-11-21T00:00:00.000Z", "2026-11-22T00:00:00.000Z"],
    ["today", "2026-11-21T00:00:00.000Z", NOW],
    ["yesterday", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"],
    ["Last week", "2026-11-09T00:00:00.000Z", "2026-11-16T00:00:00.000Z"],
    ["this month", "2026-11-01T00:00:00.000Z", NOW],
    ["now-1M/M", "2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z"],
    ["now-1M/M - now-1M/M", "2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z"],
    ["now-1d/d+8h - now-1d/d+8h", "2026-11-20T08:00:00.000Z", "2026-11-21T08:00:00.000Z"],
    ["2026-11-20 14:00 - 15:00", "2026-11-20T14:00:00.000Z", "2026-11-20T15:00:00.000Z"],
    ["2026-11-20 14:00 – 2026-11-21 02:00", "2026-11-20T14:00:00.000Z", "2026-11-21T02:00:00.000Z"],
    ["2026-11-20 to 2026-11-20", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"],
    ["2026-11-20", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"],
    ["2026-10", "2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z"],
    ["2026-11-20 14:00", "2026-11-20T14:00:00.000Z", NOW],
    [
      "2026-11-20T14:00:00+02:00 - 2026-11-20T13:00:00Z",
      "2026-11-20T12:00:00.000Z",
      "2026-11-20T13:00:00.000Z",
    ],
    ["1763730000 - now", "2025-11-21T13:00:00.000Z", NOW],
    ["10:00 - 11:30", "2026-11-21T10:00:00.000Z", "2026-11-21T11:30:00.000Z"],
  ])("%s", (text, from, to) => {
    expect(read(text)).toEqual([from, to]);
  });

  it.each([
    "",
    "soon",
    "0m",
    "now-",
    "now-1q",
    "2026-13-01",
    "2026-02-30",
    "25:00 - 26:00",
    "now - now-1h",
    "30",
  ])("refuses %j", (text) => {
    expect(read(text)).toBeNull();
  });

  it("reads calendar words in the zone, across a change of clocks", () => {
    // Clocks went back on 2026-10-25 in Berlin: that day has 25 hours.
    const after = Date.parse("2026-10-26T10:00:00Z");
    expect(read("yesterday", "Europe/Berlin", after)).toEqual([
      "2026-10-24T22:00:00.000Z",
      "2026-10-25T23:00:00.000Z",
    ]);
    expect(read("2d", "Europe/Berlin", after)).toEqual([
      "2026-10-24T09:00:00.000Z",
      "2026-10-26T10:00:00.000Z",
    ]);
    expect(read("48h", "Europe/Berlin", after)).toEqual([
      "2026-10-24T10:00:00.000Z",
      "2026-10-26T10:00:00.000Z",
    ]);
  });

  it("does not spill from a long month into the one after the next", () => {
    expect(read("1M", "UTC", Date.parse("2026-03-31T10:00:00Z"))![0]).toBe("2026-02-28T10:00:00.000Z");
  });
});

describe("keeping what was typed", () => {
  it("keeps relative text, without a zone", () => {
    expect(parseRange("  now-1M/M ", now, "Europe/Berlin")).toEqual({ from: "now-1M/M" });
    expect(parseRange("yesterday", now, "Europe/Berlin")).toEqual({ from: "yesterday" });
  });

  it("notes the zone of bare dates, so that a shared link means the same to everybody", () => {
    const range = parseRange("2026-11-20 14:00 - 15:00", now, "Europe/Berlin")!;
    expect(range).toEqual({ from: "2026-11-20 14:00", to: "15:00", tz: "Europe/Berlin" });
    expect(iso(resolveRange(range, now, "America/New_York"))![0]).toBe("2026-11-20T13:00:00.000Z");
    expect(rangeText(range)).toBe("2026-11-20 14:00 - 15:00");
  });

  it("needs no zone where the text has one", () => {
    expect(parseRange("2026-11-20T14:00:00Z - now", now, "Europe/Berlin")!.tz).toBeUndefined();
  });
});

describe("moving a range", () => {
  it("shifts by its own length", () => {
    expect(iso(resolveRange(shiftRange({ from: "1h" }, -1, now, "UTC"), now, "UTC"))).toEqual([
      "2026-11-21T10:34:56.000Z",
      "2026-11-21T11:34:56.000Z",
    ]);
  });

  it("comes back when shifted there and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (start, length) => {
        const from = now - (start + length) * 1000;
        const range: TypedRange = {
          from: new Date(from).toISOString(),
          to: new Date(from + length * 1000).toISOString(),
        };
        const back = shiftRange(shiftRange(range, -1, now, "UTC"), 1, now, "UTC");
        expect(back).toEqual(range);
      }),
    );
  });

  it("zooms out a relative range into a relative one, and others around their middle", () => {
    expect(zoomOut({ from: "30m" }, now, "UTC")).toEqual({ from: "60m" });
    expect(zoomOut({ from: "2026-11-20T14:00:00Z", to: "2026-11-20T15:00:00Z" }, now, "UTC")).toEqual({
      from: "2026-11-20T13:30:00.000Z",
      to: "2026-11-20T15:30:00.000Z",
    });
    expect(zoomOut({ from: "now/d", to: "now" }, now, "UTC").to).toBe("now");
  });
});

describe("followsNow", () => {
  it.each([
    [{ from: "30m" }, true],
    [{ from: "today" }, true],
    [{ from: "yesterday" }, false],
    [{ from: "now-6h", to: "now" }, true],
    [{ from: "now-6h", to: "now-3h" }, false],
    [{ from: "now/d", to: "now/d" }, true],
    [{ from: "2026-11-20T14:00:00Z", to: "2026-11-20T15:00:00Z" }, false],
  ] as [TypedRange, boolean][])("%j: %s", (range, expected) => {
    expect(followsNow(range, now, "UTC")).toBe(expected);
  });
});

describe("describeRange", () => {
  const format = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
  it.each([
    [{ from: "30m" }, "Last 30 minutes"],
    [{ from: "1h" }, "Last hour"],
    [{ from: "yesterday" }, "Yesterday"],
    [{ from: "now-1M/M" }, "now-1M/M"],
    [{ from: "2026-11-20T14:00:00Z", to: "2026-11-20T15:00:00Z" }, "2026-11-20 14:00 – 15:00"],
    [{ from: "now-6h", to: "now-3h" }, "now-6h – now-3h"],
  ] as [TypedRange, string][])("%j is %s", (range, words) => {
    expect(describeRange(range, format)).toBe(words);
  });
});

describe("a range as API parameters", () => {
  const at = (text: string) => Date.parse(`2026-11-21T${text}Z`);
  it("is the same for all who look at the last hour within one second", () => {
    const asked = ["09:00:00.001", "09:00:00.500", "09:00:01.000"].map((time) =>
      rangeParams({ from: at(time) - 3_600_000, to: at(time) }, true),
    );
    expect(asked.map(({ to }) => to)).toEqual(Array(3).fill("2026-11-21T09:00:01.000Z"));
    expect(asked.slice(0, 2).map(({ from }) => from)).toEqual(Array(2).fill("2026-11-21T08:00:00.000Z"));
  });

  it("is exact where it does not follow now", () => {
    const range = { from: at("08:00:00.250"), to: at("09:00:00.750") };
    expect(rangeParams(range, false)).toEqual({
      from: "2026-11-21T08:00:00.250Z",
      to: "2026-11-21T09:00:00.750Z",
    });
  });
});
