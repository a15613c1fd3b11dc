import { describe, expect, it } from '@jest/globals';
import { Outages } from './outages.ts';

describe('Outages', () => {
  const outages = new Outages();
  outages.begin(100)(200);
  const end = outages.begin(500);

  it.each([
    ['before', 0, 99, false],
    ['into it', 50, 100, true],
    ['within', 120, 130, true],
    ['out of it', 200, 300, true],
    ['between two', 201, 499, false],
    ['into one that lasts', 450, 600, true],
    ['within one that lasts', 9_000, 9_001, true],
  ])('an attempt %s', (_, from, to, expected) => {
    expect(outages.during(from, to)).toBe(expected);
  });

  it('an outage that ended excuses nothing later', () => {
    end(700);
    expect(outages.during(701, 900)).toBe(false);
  });
});
