import { describe, expect, it } from "vitest";
import { addTallies, closingLine, tallyCheck, tallyVitest } from "./tally.js";

const report = (passed, failed, pending, files = []) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: pending,
  testResults: files,
});

describe("tallyVitest", () => {
  const unloadable = { status: "failed", assertionResults: [] };
  const failing = { status: "failed", assertionResults: [{}] };

  it.each([
    ["counts what the report says", report(3, 1, 2, [failing]), 1, { passed: 3, failed: 1, skipped: 2 }],
    [
      "counts a file that did not load",
      report(3, 0, 0, [unloadable]),
      1,
      { passed: 3, failed: 1, skipped: 0 },
    ],
    ["fails a run that ended badly", report(3, 0, 0), 1, { passed: 3, failed: 1, skipped: 0 }],
    ["fails a run without tests", report(0, 0, 0), 0, { passed: 0, failed: 1, skipped: 0 }],
    ["fails a run without a report", null, 139, { passed: 0, failed: 1, skipped: 0 }],
    ["passes a good run", report(5, 0, 0), 0, { passed: 5, failed: 0, skipped: 0 }],
  ])("%s", (_, input, exitCode, expected) => {
    expect(tallyVitest(input, exitCode)).toEqual(expected);
  });
});

describe("closingLine", () => {
  it("adds checks and tests", () => {
    const total = addTallies([tallyCheck(0), tallyCheck(2), tallyVitest(report(4, 0, 0), 0)]);
    expect(closingLine(total)).toBe("5 passed, 1 failed");
  });

  it("names skipped tests only when there are some", () => {
    expect(closingLine({ passed: 1, failed: 0, skipped: 2 })).toBe("1 passed, 0 failed, 2 skipped");
  });
});
