export interface TestCount {
  readonly passed: number;
  readonly failed: number;
}

export const NO_TESTS: TestCount = { passed: 0, failed: 0 };

/** What is read of Jest's results. */
export interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Spec files that could not be run, such as for a syntax error. */
  readonly numRuntimeErrorTestSuites: number;
}

/** @param results null when Jest wrote none. */
export function countOf(results: JestResults | null, exitCode: number): TestCount {
  if (results === null) return { passed: 0, failed: 1 };
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  // Jest can fail without a failed test, such as in its set-up.
  return { passed: results.numPassedTests, failed: exitCode === 0 ? failed : Math.max(failed, 1) };
}

export function addUp(one: TestCount, other: TestCount): TestCount {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed };
}
