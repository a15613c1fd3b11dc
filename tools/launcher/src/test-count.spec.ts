import { describe, expect, it } from '@jest/globals';
import { addUp, countOf } from './test-count.ts';

describe('the last line of npm test', () => {
  it.each([
    [{ numPassedTests: 9, numFailedTests: 0, numRuntimeErrorTestSuites: 0 }, 0, { passed: 9, failed: 0 }],
    [{ numPassedTests: 9, numFailedTests: 2, numRuntimeErrorTestSuites: 1 }, 1, { passed: 9, failed: 3 }],
    [{ numPassedTests: 9, numFailedTests: 0, numRuntimeErrorTestSuites: 0 }, 1, { passed: 9, failed: 1 }],
    [null, 1, { passed: 0, failed: 1 }],
    [null, 0, { passed: 0, failed: 1 }],
  ])('of %j with exit code %i is %j', (results, code, expected) => {
    expect(countOf(results, code)).toEqual(expected);
  });

  it('adds up several runs', () => {
    expect(addUp({ passed: 1, failed: 2 }, { passed: 10, failed: 20 })).toEqual({ passed: 11, failed: 22 });
  });
});
