import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FlightdeckError } from "#platform/errors/flightdeck-error.ts";
import { parseTime, parseTimeRange } from "./time-input.ts";

const NINE = Date.UTC(2026, 10, 21, 9);

describe("a time", () => {
  it.each([
    ["2026-11-21T09:00:00Z", NINE],
    ["2026-11-21T09:00:00.250Z", NINE + 250],
    ["2026-11-21T09:00:00.123456789Z", NINE + 123],
    ["2026-11-21T10:30:00+01:30", NINE],
    ["2026-11-21T09:00:00", NINE],
    ["2026-11-21 09:00", NINE],
    ["2026-11-21", Date.UTC(2026, 10, 21)],
    [String(NINE / 1000), NINE],
    [NINE / 1000, NINE],
    [NINE, NINE],
    [NINE * 1000, NINE],
    [`${NINE}000000`, NINE],
    [" 1795251600 ", NINE],
    ["1795251600.5", NINE + 500],
    ["0", 0],
  ])("given as %j is read", (input, ms) => {
    expect(parseTime(input, "from")).toBe(ms);
  });

  it.each([
    "",
    "yesterday",
    "hello 12",
    "21.11.2026",
    "2026-13-01",
    "2026-11-21T25:00:00Z",
    "-5",
    "1e9",
    "NaN",
    "9999-12-31",
    "99999999999999999999999999",
    "1960-01-01",
  ])("given as %j is refused with the field's name", (input) => {
    expect(() => parseTime(input, "from")).toThrow(
      expect.objectContaining({
        code: "invalid_time",
        status: 400,
        message: expect.stringMatching(/^from: /),
      }),
    );
  });

  it("is a number of milliseconds or refused, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double().map(String), fc.date({ noInvalidDate: true }).map(String)),
        (text) => {
          try {
            expect(parseTime(text, "to")).toBeGreaterThanOrEqual(0);
          } catch (error) {
            expect(error).toBeInstanceOf(FlightdeckError);
          }
        },
      ),
    );
  });
});

describe("a time range", () => {
  it.each([
    [{}, NINE - 86_400_000, NINE],
    [{ to: "2026-11-21T08:00:00Z" }, NINE - 90_000_000, NINE - 3_600_000],
    [{ from: "2026-11-21T08:00:00Z" }, NINE - 3_600_000, NINE],
  ])("of %j has its defaults", (query, fromMs, toMs) => {
    expect(parseTimeRange(query, NINE)).toEqual({ fromMs, toMs });
  });

  it.each([{ from: "2026-11-22" }, { from: "2026-11-21", to: "2026-11-21" }])(
    "of %j is refused as empty",
    (query) => {
      expect(() => parseTimeRange(query, NINE)).toThrow("from must be before to");
    },
  );
});
