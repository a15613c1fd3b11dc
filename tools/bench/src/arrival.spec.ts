import { describe, expect, it } from '@jest/globals';
import { ConstantRate } from './arrival.ts';

describe('arrivals at a constant rate', () => {
  const sent: [number, number][] = [];
  const arrivals = new ConstantRate(1_000, 4, 100, (index, intendedMs) => sent.push([index, intendedMs]));

  it('begin at their start', () => {
    arrivals.catchUp(99.9);
    expect(sent).toEqual([]);
    expect(arrivals.dueInMs(99.9)).toBeCloseTo(0.1);
  });

  it('keep their intended times when the sender falls behind', () => {
    arrivals.catchUp(102.5);
    expect(sent).toEqual([
      [0, 100],
      [1, 101],
      [2, 102],
    ]);
  });

  it('end after their number', () => {
    arrivals.catchUp(1_000);
    arrivals.catchUp(2_000);
    expect(sent).toHaveLength(4);
    expect(arrivals.isOver).toBe(true);
  });
});
