import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { estimateOf } from './estimate.ts';

/** A seeded generator (mulberry32), and Poisson counts from it (Knuth's product of uniforms). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
function poisson(rate: number, random: () => number): number {
  const limit = Math.exp(-rate);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

describe('what a gap may have cost', () => {
  it('is unknown when nothing is known', () => {
    expect(estimateOf({ received: 0, exposure: 0 })).toBeNull();
  });

  it.each([0.5, 3, 20, 60])('holds the truth in about 95 of 100 gaps at %d a window', (rate) => {
    const random = randomOf(42);
    const weeks = 6;
    const rounds = 2_000;
    let within = 0;
    for (let round = 0; round < rounds; round += 1) {
      const received = Array.from({ length: weeks }, () => poisson(rate, random)).reduce((a, b) => a + b);
      const missed = poisson(rate, random);
      const { low, high } = estimateOf({ received, exposure: weeks }) ?? { low: 1, high: 0 };
      if (low <= missed && missed <= high) within += 1;
    }
    // Counts are whole, so the range is rather too wide than too narrow.
    expect(within / rounds).toBeGreaterThan(0.93);
  });

  it('is narrower the more is known, and has the expected count inside', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 8 }), (perWindow, weeks) => {
        const little = estimateOf({ received: perWindow, exposure: 1 });
        const much = estimateOf({ received: perWindow * weeks, exposure: weeks });
        if (little === null || much === null) throw new Error('something is known');
        expect(much.expected).toBeCloseTo(perWindow, 6);
        expect(much.low).toBeLessThanOrEqual(perWindow + 1);
        expect(much.high).toBeGreaterThanOrEqual(perWindow);
        expect(much.high - much.low).toBeLessThanOrEqual(little.high - little.low + 1);
      }),
    );
  });

  it('does not jump where the exact range gives way to the normal one', () => {
    const [exact, normal] = [499.4, 500.6].map((mean) => estimateOf({ received: mean * 4 - 0.5, exposure: 4 }));
    expect(Math.abs((exact?.low ?? 0) - (normal?.low ?? 0))).toBeLessThanOrEqual(5);
    expect(Math.abs((exact?.high ?? 0) - (normal?.high ?? 0))).toBeLessThanOrEqual(5);
  });
});
