import { describe, expect, it } from "vitest";
import type { Retention } from "#features/retention/retention-contract.ts";
import { changedDays, samplingDraft, samplingOf } from "./retention-model.ts";

const stored = { rows: 1, bytes: 1, oldest: null, rows_per_day: 0 };
const retention: Retention = {
  signals: [
    { signal: "traces", days: 90, ...stored },
    { signal: "logs", days: 30, ...stored },
  ],
  sampling: null,
  updated_at: null,
};

describe("changed days", () => {
  it("are those that differ", () => {
    expect(changedDays(retention, { traces: "90", logs: "14" })).toEqual({ days: { logs: 14 }, invalid: [] });
  });

  it.each(["", "0", "-1", "1.5", "x", "4000"])("are not taken from %j", (text) => {
    expect(changedDays(retention, { traces: text })).toEqual({ days: {}, invalid: ["traces"] });
  });
});

describe("sampling in the fields", () => {
  it("comes back as it was", () => {
    const sampling = {
      keep_percent: 5,
      keep_slower_than_ms: 2500,
      keep_costlier_than_usd: null,
      after_hours: 1,
    };
    expect(samplingOf(samplingDraft(sampling))).toEqual(sampling);
    expect(samplingOf(samplingDraft(null))).toBeNull();
  });

  it.each([
    { keepPercent: "" },
    { keepPercent: "101" },
    { slowerThanSeconds: "soon" },
    { costlierThanUsd: "-1" },
  ])("is not taken from %j", (change) => {
    expect(samplingOf({ ...samplingDraft(null), on: true, ...change })).toBeUndefined();
  });
});
