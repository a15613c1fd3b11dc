import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GAP_AFTER_MS, type Gap, type Signs, silentSince, timeOf, withSign } from './gaps.ts';

const AT = 1_790_000_000_000;
const times = fc.array(
  fc.integer({ min: 0, max: 200 }).map((step) => AT + step * 1_000),
  { minLength: 1, maxLength: 40 },
);
const foldAll = (all: readonly number[]) => all.reduce<Signs | null>(withSign, null);

/** The definition, from all times at once. */
function gapsOf(all: readonly number[]): Gap[] {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted.slice(1).flatMap((endedAtMs, at) => {
    const beganAtMs = sorted[at] ?? endedAtMs;
    return endedAtMs - beganAtMs > GAP_AFTER_MS ? [{ beganAtMs, endedAtMs }] : [];
  });
}

describe('gaps in service', () => {
  it('are those between the signs in order, in whatever order and however often these become known', () => {
    fc.assert(
      fc.property(times, fc.array(fc.nat()), (all, again) => {
        const repeated = [...all, ...again.map((at) => all[at % all.length] ?? AT)];
        const sorted = all.toSorted((a, b) => a - b);
        expect(foldAll(repeated)).toEqual({ firstAtMs: sorted[0], lastAtMs: sorted.at(-1), gaps: gapsOf(all) });
      }),
    );
  });

  it('do not begin before the first sign ever', () => {
    expect(withSign(null, AT).gaps).toEqual([]);
  });

  it.each([
    ['three intervals are none', GAP_AFTER_MS, 0],
    ['a moment more is one', GAP_AFTER_MS + 1, 1],
  ])('have a bound: %s', (_, afterMs, count) => {
    expect(withSign(withSign(null, AT), AT + afterMs).gaps).toHaveLength(count);
  });

  it('are noticed while they last', () => {
    const signs = withSign(null, AT);
    expect(silentSince(signs, AT + GAP_AFTER_MS)).toBeNull();
    expect(silentSince(signs, AT + GAP_AFTER_MS + 1)).toBe(AT);
  });
});

describe('the time of a heartbeat', () => {
  it.each([
    ['its own when the broker agrees', AT, AT + 900, AT],
    ['the broker’s when its clock jumped ahead', AT + 3_600_000, AT, AT],
    ['the broker’s when its clock jumped back', AT - 3_600_000, AT, AT],
  ])('is %s', (_, atMs, storedAtMs, expected) => {
    expect(timeOf({ atMs }, storedAtMs)).toBe(expected);
  });
});
