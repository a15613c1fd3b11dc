import { describe, expect, it } from '@jest/globals';
import { Random } from './random.ts';

const draws = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.unit());

describe('Random', () => {
  it('gives one seed one sequence, on every machine', () => {
    const random = new Random('seed');
    expect([random.uint32(), random.uint32(), random.uint32()]).toEqual([2187518528, 2542086712, 3997621587]);
  });

  it('gives neighbouring seeds nothing in common', () => {
    expect(draws(new Random(1), 5)).not.toEqual(draws(new Random(2), 5));
  });

  it('forks generators that do not disturb each other', () => {
    const first = new Random(7).fork('a');
    const random = new Random(7);
    const second = random.fork('a');
    draws(random, 100);
    expect(draws(second, 5)).toEqual(draws(first, 5));
    expect(draws(new Random(7).fork('b'), 5)).not.toEqual(draws(new Random(7).fork('a'), 5));
  });

  it('spreads evenly', () => {
    const buckets = new Map<number, number>();
    for (const draw of draws(new Random(3), 100_000)) {
      const bucket = Math.floor(draw * 10);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
    // 95 is the standard deviation of each.
    for (let bucket = 0; bucket < 10; bucket += 1)
      expect(Math.abs((buckets.get(bucket) ?? 0) - 10_000)).toBeLessThan(475);
  });

  it('keeps the means of its distributions', () => {
    const random = new Random(4);
    const mean = (draw: () => number): number => Array.from({ length: 50_000 }, draw).reduce((a, b) => a + b) / 50_000;
    expect(mean(() => random.exponential(3))).toBeCloseTo(3, 0);
    expect(mean(() => Math.log(random.logNormal(20, 0.5)))).toBeCloseTo(Math.log(20), 1);
    const sides = [
      { share: 1, side: 0 },
      { share: 3, side: 1 },
    ];
    expect(mean(() => random.share(sides).side)).toBeCloseTo(0.75, 1);
  });

  it('makes ids of the kind GHL uses', () => {
    expect(new Random(5).id()).toMatch(/^[A-Za-z0-9]{20}$/);
    expect(new Random(5).uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
