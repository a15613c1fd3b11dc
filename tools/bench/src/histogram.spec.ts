import { describe, expect, it } from '@jest/globals';
import { boundOf, bucketsOf, difference } from './histogram.ts';

const page = `# HELP x_seconds X
# TYPE x_seconds histogram
x_seconds_bucket{le="0.001",service="a"} 90
x_seconds_bucket{le="0.01",service="a"} 98
x_seconds_bucket{le="+Inf",service="a"} 100
x_seconds_sum{service="a"} 1
xx_seconds_bucket{le="0.001",service="a"} 7
`;
const other = page.replaceAll('le=', 'kind="b",le=');

describe('a histogram read from a page of metrics', () => {
  const buckets = bucketsOf(page + other, 'x_seconds');

  it('adds up its label sets', () => {
    expect([...buckets]).toEqual([
      [0.001, 180],
      [0.01, 196],
      [Number.POSITIVE_INFINITY, 200],
    ]);
  });

  it.each([
    [0.5, 0.001],
    [0.95, 0.01],
    [0.99, Number.POSITIVE_INFINITY],
  ])('has percentile %d no higher than %d', (share, bound) => {
    expect(boundOf(buckets, share)).toBe(bound);
  });

  it('tells what came between two looks', () => {
    expect(difference(buckets, new Map([[0.001, 30]])).get(0.001)).toBe(150);
    expect(boundOf(difference(buckets, buckets), 0.5)).toBeNaN();
  });
});
