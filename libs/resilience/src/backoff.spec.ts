import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fullJitter } from './backoff.ts';

const almostOne = () => 1 - Number.EPSILON;

describe('fullJitter', () => {
  it.each([
    [1, 100],
    [2, 200],
    [3, 400],
    [7, 5000],
    [5000, 5000],
  ])('after %i failed tries waits up to %i ms', (attempt, boundMs) => {
    const policy = { baseMs: 100, capMs: 5000 };
    expect(fullJitter(attempt, policy, almostOne)).toBeCloseTo(boundMs, 5);
    expect(fullJitter(attempt, policy, () => 0)).toBe(0);
    expect(fullJitter(attempt, policy, () => 0.5)).toBe(boundMs / 2);
  });

  it('stays between 0 and the cap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.nat(10_000), fc.nat(60_000), (attempt, baseMs, capMs) => {
        const waitMs = fullJitter(attempt, { baseMs, capMs });
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(capMs);
      }),
    );
  });
});
