import { describe, expect, it } from '@jest/globals';
import { nextAttempt, restartDelayMs } from './restart-policy.ts';

describe('restarts', () => {
  it.each([
    [1, 125, 250],
    [2, 250, 500],
    [5, 2_000, 4_000],
    [7, 7_500, 15_000],
    [40, 7_500, 15_000],
  ])('attempt %i waits between %i and %i ms', (attempt, leastMs, mostMs) => {
    expect(restartDelayMs(attempt, () => 0)).toBe(leastMs);
    expect(restartDelayMs(attempt, () => 1)).toBe(mostMs);
  });

  it.each([
    [0, 5_000, 1],
    [3, 5_000, 4],
    [3, null, 4],
    [3, 30_000, 1],
  ])('after attempt %i that was ready for %s ms comes attempt %i', (attempt, readyForMs, next) => {
    expect(nextAttempt(attempt, readyForMs)).toBe(next);
  });
});
