import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scrollTopShowing, visibleRange } from './window.ts';

describe('visibleRange', () => {
  it('holds every row in sight, a few more, and never one that does not exist', () => {
    fc.assert(
      fc.property(fc.nat(400_000), fc.nat(2_000), fc.nat(10_000), (scrollTop, height, count) => {
        const { from, to } = visibleRange(scrollTop, height, 36, count);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(count);
        expect(to - from).toBeLessThanOrEqual(height / 36 + 18);
        const firstInSight = Math.floor(scrollTop / 36);
        if (firstInSight < count) {
          expect(from).toBeLessThanOrEqual(firstInSight);
          expect(to).toBeGreaterThan(firstInSight);
        }
      }),
    );
  });
});

describe('scrollTopShowing', () => {
  it.each([
    ['stays when the row is in view', 5, 100, 100],
    ['moves up to a row above', 1, 100, 36],
    ['moves down just enough for a row below', 20, 100, 456],
  ])('%s', (_, index, scrollTop, expected) => {
    expect(scrollTopShowing(index, scrollTop, 300, 36)).toBe(expected);
  });
});
