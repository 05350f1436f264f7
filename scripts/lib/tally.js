/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 * @typedef {{
 *   numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests?: number,
 *   testResults: { status: string, assertionResults: unknown[] }[],
 * }} VitestReport
 */

/**
 * Counts a vitest run from its JSON report. A file that could not be loaded has no tests and counts as one failure;
 * so does a run that reported no failure but did not end well (an unhandled rejection, no tests, a crash).
 * @param {VitestReport | null} report null when vitest wrote none
 * @param {number} exitCode
 * @returns {Tally}
 */
export function tallyVitest(report, exitCode) {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloadable;
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + (report.numTodoTests || 0);
  const endedBadly = exitCode !== 0 || passed + failed + skipped === 0;
  return { passed, failed: failed === 0 && endedBadly ? 1 : failed, skipped };
}

/** @param {number} exitCode @returns {Tally} */
export function tallyCheck(exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** @param {Tally[]} tallies @returns {Tally} */
export function addTallies(tallies) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const tally of tallies) {
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped += tally.skipped;
  }
  return total;
}

/** The closing line, plain so that scripts can read it. @param {Tally} tally */
export function closingLine(tally) {
  const line = `${tally.passed} passed, ${tally.failed} failed`;
  return tally.skipped > 0 ? `${line}, ${tally.skipped} skipped` : line;
}
