import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { highestHeld, nextRate, type Try } from './max-rate.ts';

function search(startPerS: number, holds: (ratePerS: number, attempt: number) => boolean, failures = 1): Try[] {
  const tries: Try[] = [];
  for (;;) {
    const ratePerS = nextRate({ startPerS, factor: 1.1, failures, mostTries: 200 }, tries);
    if (ratePerS === null) return tries;
    const attempt = tries.filter((one) => one.ratePerS === ratePerS).length;
    tries.push({ ratePerS, held: holds(ratePerS, attempt) });
  }
}

describe('the search for the highest rate', () => {
  it('finds it within a rung, from wherever it begins', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 50_000 }), fc.integer({ min: 200, max: 50_000 }), (startPerS, limit) => {
        const found = highestHeld(search(startPerS, (ratePerS) => ratePerS <= limit));
        expect(found).toBeLessThanOrEqual(limit);
        expect(found * 1.1).toBeGreaterThan(limit * 0.99);
      }),
    );
  });

  it('gives a rung that failed by chance another try', () => {
    const tries = search(1_000, (ratePerS, attempt) => ratePerS <= 1_000 || (ratePerS === 1_100 && attempt === 1), 2);
    expect(highestHeld(tries)).toBe(1_100);
  });

  it('ends after its number of tries', () => {
    const tries = [200, 220].map((ratePerS) => ({ ratePerS, held: true }));
    expect(nextRate({ startPerS: 200, factor: 1.1, failures: 1, mostTries: 2 }, tries)).toBeNull();
  });

  it('ends when nothing holds', () => {
    expect(highestHeld(search(1_000, () => false))).toBe(0);
  });
});
