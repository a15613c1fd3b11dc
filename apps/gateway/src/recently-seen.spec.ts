import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentlySeen } from './recently-seen.ts';

describe('RecentlySeen', () => {
  it('remembers a time of 0', () => {
    const seen = new RecentlySeen(1);
    seen.add('a', 0);
    expect(seen.firstSeenAtMs('a')).toBe(0);
    expect(seen.firstSeenAtMs('b')).toBeUndefined();
  });

  it('forgets everything when told to', () => {
    const seen = new RecentlySeen(1);
    for (const key of ['a', 'b']) seen.add(key, 1);
    seen.clear();
    expect([seen.firstSeenAtMs('a'), seen.firstSeenAtMs('b')]).toEqual([undefined, undefined]);
  });

  it('knows the newest keys, and never more than two generations', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 40 }), (maxPerGeneration, count) => {
        const seen = new RecentlySeen(maxPerGeneration);
        for (let i = 0; i < count; i += 1) seen.add(`${i}`, i);
        const known = Array.from({ length: count }, (_, i) => i).filter((i) => seen.firstSeenAtMs(`${i}`) === i);
        expect(known.length).toBeLessThanOrEqual(2 * maxPerGeneration);
        expect(known.length).toBeGreaterThanOrEqual(Math.min(count, maxPerGeneration));
        expect(known).toEqual(Array.from(known, (_, i) => count - known.length + i));
      }),
    );
  });
});
