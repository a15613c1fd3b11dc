import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { untilSlowTurnMs } from './slow-turn.ts';

const never = { endedAtMs: -Infinity, tookMs: 0 };

describe('the slow lane', () => {
  it('takes one turn after the other while the live lane is idle', () => {
    const idle = { inHand: 0, lastEndedAtMs: 0 };
    expect(untilSlowTurnMs(idle, { endedAtMs: 1_000, tookMs: 50 }, 1_000)).toBe(0);
  });

  it('waits four times as long as a turn took beside a busy one', () => {
    const busy = { inHand: 1, lastEndedAtMs: 990 };
    expect(untilSlowTurnMs(busy, never, 1_000)).toBe(0);
    expect(untilSlowTurnMs(busy, { endedAtMs: 1_000, tookMs: 10 }, 1_000)).toBe(40);
    expect(untilSlowTurnMs(busy, { endedAtMs: 1_000, tookMs: 10 }, 1_040)).toBe(0);
  });

  it('counts the live lane as busy for a while after its last batch', () => {
    const paused = { inHand: 0, lastEndedAtMs: 1_000 };
    expect(untilSlowTurnMs(paused, { endedAtMs: 1_000, tookMs: 10 }, 1_010)).toBe(30);
    expect(untilSlowTurnMs(paused, { endedAtMs: 1_000, tookMs: 1_000 }, 1_250)).toBe(0);
  });

  it('never starves: however busy the live lane is, a fifth of the time is its own', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 100 }), (turnsMs) => {
        let nowMs = 0;
        let workedMs = 0;
        let last = never;
        for (const tookMs of turnsMs) {
          const busy = { inHand: 5, lastEndedAtMs: nowMs };
          nowMs += untilSlowTurnMs(busy, last, nowMs);
          expect(untilSlowTurnMs(busy, last, nowMs)).toBeLessThan(1e-6);
          nowMs += tookMs;
          workedMs += tookMs;
          last = { endedAtMs: nowMs, tookMs };
        }
        expect(workedMs / nowMs).toBeGreaterThanOrEqual(0.2);
      }),
    );
  });
});
