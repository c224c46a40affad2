/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed a test that was skipped or did not run counts here: nobody knows that it holds
 */

/**
 * @typedef {object} VitestReport
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */

/**
 * Counts Vitest's JSON report. A file that failed before its first test counts as one failure.
 * @param {VitestReport} report
 * @returns {Counts}
 */
export function countVitest(report) {
  let passed = 0;
  let failed = 0;
  for (const file of report.testResults) {
    const good = file.assertionResults.filter((test) => test.status === 'passed').length;
    const bad = file.assertionResults.length - good;
    passed += good;
    failed += bad === 0 && file.status !== 'passed' ? 1 : bad;
  }
  return { passed, failed };
}

/**
 * @typedef {object} PlaywrightReport
 * @property {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats
 * @property {unknown[]} errors
 */

/**
 * Counts Playwright's JSON report. A test that passed only when repeated did not pass; an error outside the tests counts as one.
 * @param {PlaywrightReport} report
 * @returns {Counts}
 */
export function countPlaywright({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped + errors.length };
}

/**
 * What a runner with this exit code and these counts is worth: no tests at all, or a bad exit with no failed test to show for
 * it, is a failure.
 * @param {number} exitCode
 * @param {Counts | null} counts null when the runner left no report
 * @returns {Counts}
 */
export function settleCounts(exitCode, counts) {
  if (counts === null) return { passed: 0, failed: 1 };
  const clean = exitCode === 0 && counts.passed > 0;
  return clean || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

/**
 * The closing table and line.
 * @param {readonly (Counts & { stage: string, seconds: number })[]} results
 * @returns {string[]}
 */
export function summarize(results) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const rows = results.map(
    (result) =>
      `${result.stage.padEnd(10)}${result.failed === 0 ? 'ok' : 'FAILED'}`.padEnd(20) +
      `${result.passed} passed`.padStart(12) +
      `${result.failed} failed`.padStart(12) +
      `${result.seconds.toFixed(1)} s`.padStart(10),
  );
  return [...rows, '', `${passed} passed, ${failed} failed`];
}
