import { describe, expect, it } from "vitest";
import { runCrashTest } from "./support/crash/crash-run.ts";

describe("a crash of any process", () => {
  it("loses no acknowledged span and stores none twice", { timeout: 120_000 }, async () => {
    const report = await runCrashTest({ cycles: 3, seed: 20, clients: 4 });
    expect(report.surprises).toEqual([]);
    expect(report).toMatchObject({ lost: 0, duplicated: 0, unknown: 0, summariesThatDisagree: 0 });
    expect(report.acknowledged).toBeGreaterThan(0);
    expect(report.kills).toMatchObject({ clickhouse: 1, postgres: 1 });
  });
});
