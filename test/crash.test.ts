import { describe, expect, it } from "vitest";
import { runCrashTest } from "./support/crash/crash-run.ts";

describe("a crash of any process", () => {
  it("loses nothing acknowledged of any signal and stores nothing twice", { timeout: 300_000 }, async () => {
    const report = await runCrashTest({ cycles: 3, seed: 20, traceClients: 2 });
    expect(report.surprises).toEqual([]);
    for (const [signal, audit] of Object.entries(report.signals)) {
      expect(audit, signal).toMatchObject({ lost: 0, duplicated: 0, unknown: 0 });
      expect(audit.acknowledged, signal).toBeGreaterThan(0);
    }
    expect(report).toMatchObject({ summariesThatDisagree: 0, brokenContent: 0, samplesWithoutSeries: 0 });
    expect(report.kills).toMatchObject({ clickhouse: 1, postgres: 1 });
  });
});
