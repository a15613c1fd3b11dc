import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arrive, charge, type Limit } from './gcra.ts';

// Rates whose interval is a whole number of microseconds, so that the reference can count in integers.
const limits: fc.Arbitrary<Limit> = fc.record({
  ratePerS: fc.constantFrom(1, 2, 5, 10, 100, 1_000, 10_000),
  burst: fc.integer({ min: 1, max: 50 }),
});
const gapsUs = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 3_000_000 })),
  { maxLength: 300 },
);

/** Times at which arrivals were let in. */
function admitted(limit: Limit, gaps: readonly number[]): number[] {
  const times: number[] = [];
  let nowUs = 0;
  let tatUs = 0;
  for (const gap of gaps) {
    nowUs += gap;
    const next = arrive(tatUs, nowUs, limit);
    if (next === null) continue;
    tatUs = next;
    times.push(nowUs);
  }
  return times;
}

/** A token bucket, in millionths of a token: full at first, filled at the rate, one token for each that is let in. */
function throughBucket(limit: Limit, gaps: readonly number[]): number[] {
  const full = limit.burst * 1_000_000;
  const times: number[] = [];
  let nowUs = 0;
  let level = full;
  for (const gap of gaps) {
    nowUs += gap;
    level = Math.min(full, level + gap * limit.ratePerS);
    if (level < 1_000_000) continue;
    level -= 1_000_000;
    times.push(nowUs);
  }
  return times;
}

describe('arrivals', () => {
  it('conform exactly when a token bucket would let them in', () => {
    fc.assert(
      fc.property(limits, gapsUs, (limit, gaps) => {
        expect(admitted(limit, gaps)).toEqual(throughBucket(limit, gaps));
      }),
    );
  });

  it('are never more than the burst and the rate allow, over any span', () => {
    fc.assert(
      fc.property(limits, gapsUs, (limit, gaps) => {
        const times = admitted(limit, gaps);
        times.forEach((from, first) => {
          times.slice(first).forEach((to, more) => {
            expect(more + 1).toBeLessThanOrEqual(limit.burst + ((to - from) * limit.ratePerS) / 1_000_000);
          });
        });
      }),
      { numRuns: 30 },
    );
  });

  it('below the rate all conform, whatever the rate', () => {
    const anyRate = fc.double({ min: 0.01, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        anyRate,
        fc.array(fc.double({ min: 1, max: 3, noNaN: true }), { maxLength: 200 }),
        (ratePerS, slack) => {
          // A whole microsecond more than the interval: below the rate, not at its rounding.
          const gaps = slack.map((factor) => Math.ceil((1_000_000 / ratePerS) * factor) + 1);
          expect(admitted({ ratePerS, burst: 1 }, gaps)).toHaveLength(gaps.length);
        },
      ),
    );
  });
});

describe('what was let in elsewhere', () => {
  it('counts as if it had come here', () => {
    fc.assert(
      fc.property(limits, fc.nat(50), (limit, count) => {
        const elsewhere = Math.min(count, limit.burst);
        const tatUs = charge(0, 0, elsewhere, limit, 0);
        const here = admittedFrom(tatUs, limit);
        expect(here + elsewhere).toBe(limit.burst);
      }),
    );
  });

  it('brings no tenant deeper into debt than allowed, and forgives none', () => {
    fc.assert(
      fc.property(limits, fc.nat(1e9), fc.nat(1e7), fc.nat(1e7), (limit, count, tatUs, maxDebtUs) => {
        const charged = charge(tatUs, 0, count, limit, maxDebtUs);
        const emptyUs = (limit.burst * 1_000_000) / limit.ratePerS;
        expect(charged).toBeGreaterThanOrEqual(tatUs);
        expect(charged).toBeLessThanOrEqual(Math.max(tatUs, emptyUs + maxDebtUs));
      }),
    );
  });
});

/** How many arrive at once and are let in. */
function admittedFrom(tatUs: number, limit: Limit): number {
  let tat = tatUs;
  for (let count = 0; ; count += 1) {
    const next = arrive(tat, 0, limit);
    if (next === null) return count;
    tat = next;
  }
}
