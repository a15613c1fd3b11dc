import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterMatches, afterMismatch, atFirstLook, type SignatureHealth, SUSPICION } from './signature-health.ts';

/** A source that was sending at a steady pace until `nowMs`. */
function steady(gapMs: number, nowMs: number): SignatureHealth {
  let health = atFirstLook(0);
  for (let count = 1; count <= 200; count += 1) health = afterMatches(health, 1, nowMs - (200 - count) * gapMs);
  return health;
}

function mismatches(health: SignatureHealth, timesMs: readonly number[]): SignatureHealth {
  return timesMs.reduce((each, nowMs) => afterMismatch(each, nowMs), health);
}

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

describe('a source', () => {
  it('is suspect once its signatures have stopped matching for much longer than usual', () => {
    const health = steady(10, NOW);
    const atOnce = mismatches(health, [NOW + 10, NOW + 20, NOW + 30, NOW + 40, NOW + 50]);
    expect(atOnce.at).toBe('trusted');
    expect(mismatches(atOnce, [NOW + SUSPICION.minSilenceMs])).toMatchObject({
      at: 'suspect',
      sinceMs: NOW + SUSPICION.minSilenceMs,
    });
  });

  it('is given the more time the more seldom it sends, up to a bound', () => {
    const minute = 60_000;
    const soon = Array.from({ length: 5 }, () => NOW + 9 * minute);
    expect(mismatches(steady(minute, NOW), soon).at).toBe('trusted');
    expect(mismatches(steady(24 * HOUR, NOW), [...soon, NOW + SUSPICION.maxSilenceMs]).at).toBe('suspect');
  });

  it('is not suspect for a few strangers', () => {
    const few = Array.from({ length: SUSPICION.minMismatches - 1 }, (_, i) => NOW + 2 * HOUR + i);
    const health = mismatches(steady(10, NOW), few);
    expect(health.at).toBe('trusted');
    expect(mismatches(health, [NOW + 48 * HOUR]).at).toBe('trusted');
  });

  it('is suspect too when nothing has matched since we started', () => {
    const health = mismatches(
      atFirstLook(NOW),
      [0, 1, 2, 3, 4].map((i) => NOW + i),
    );
    expect(health.at).toBe('trusted');
    expect(mismatches(health, [NOW + SUSPICION.unknownSilenceMs]).at).toBe('suspect');
  });

  it('is trusted again with the first match, and as lively as before', () => {
    const before = steady(10, NOW);
    const suspect = mismatches(
      before,
      Array.from({ length: 5 }, () => NOW + HOUR),
    );
    const after = afterMatches(suspect, 1, NOW + 2 * HOUR);
    expect(after).toMatchObject({ at: 'trusted', mismatches: 0, silentSinceMs: NOW + 2 * HOUR });
    expect(after.usualGapMs).toBe(before.usualGapMs);
  });

  it('never becomes suspect while matches keep coming, whatever strangers send', () => {
    const steps = fc.array(fc.record({ strangers: fc.nat(50), gapMs: fc.integer({ min: 1, max: 9_000 }) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (all) => {
        let health = atFirstLook(NOW);
        let nowMs = NOW;
        for (const { strangers, gapMs } of all) {
          health = mismatches(
            health,
            Array.from({ length: strangers }, () => nowMs + gapMs),
          );
          expect(health.at).toBe('trusted');
          nowMs += gapMs;
          health = afterMatches(health, 1, nowMs);
        }
      }),
    );
  });

  it('keeps its state while it is suspect, and leaves it with any match', () => {
    const event = fc.oneof(fc.record({ matches: fc.integer({ min: 1, max: 9 }) }), fc.constant('mismatch' as const));
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.nat(HOUR))), (events) => {
        let health = atFirstLook(NOW);
        let nowMs = NOW;
        for (const [what, passedMs] of events) {
          nowMs += passedMs;
          const before = health;
          health = what === 'mismatch' ? afterMismatch(health, nowMs) : afterMatches(health, what.matches, nowMs);
          if (what !== 'mismatch') expect(health.at).toBe('trusted');
          else if (before.at === 'suspect') expect(health).toBe(before);
          if (health.usualGapMs !== null) expect(health.usualGapMs).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
