import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planKills } from './kill-plan.ts';

const UNITS = ['gateway', 'scoring', 'nats', 'redis', 'postgres'] as const;
const plan = (seed: number, seconds: number, everyS = 10) => planKills({ seed, seconds, everyS, units: UNITS });

describe('planKills', () => {
  it('is the same for the same seed and another for another', () => {
    expect(plan(1, 600)).toEqual(plan(1, 600));
    expect(plan(1, 600)).not.toEqual(plan(2, 600));
  });

  it('kills in every stretch, in order, everyone in turn and nobody twice at one moment', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 60, max: 1_800 }), (seed, seconds) => {
        const blows = plan(seed, seconds);
        expect(blows).toHaveLength(Math.floor(seconds / 10));
        blows.forEach(({ atS, units }, at) => {
          expect(Math.floor(atS / 10)).toBe(at);
          expect(new Set(units).size).toBe(units.length);
        });
        const order = blows.flatMap(({ units }) => units);
        expect(new Set(order.slice(0, UNITS.length)).size).toBe(UNITS.length);
      }),
    );
  });

  it('now and then kills two at once', () => {
    const double = plan(3, 6_000).filter(({ units }) => units.length === 2).length;
    expect(double).toBeGreaterThan(60);
    expect(double).toBeLessThan(300);
  });
});
