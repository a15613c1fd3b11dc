import { latencyBucket } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quantileMs } from './percentile.ts';

function histogramOf(latencies: readonly number[]): number[] {
  const latency: number[] = Array.from({ length: 61 }, () => 0);
  for (const ms of latencies) latency[latencyBucket(ms)] = (latency[latencyBucket(ms)] ?? 0) + 1;
  return latency;
}

describe('a quantile of a histogram', () => {
  it('is never too low and at most a quarter too high', () => {
    const ms = fc.double({ min: 0.1, max: 50_000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(ms, { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0.5, 0.99, 1),
        (latencies, quantile) => {
          const exact =
            latencies.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(latencies.length * quantile)) - 1] ?? 0;
          const read = quantileMs(histogramOf(latencies), quantile) ?? 0;
          expect(read).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
          expect(read).toBeLessThanOrEqual(exact * 1.25 * (1 + 1e-6));
        },
      ),
    );
  });

  it('does not exist without values, and has no bound beyond the last bucket', () => {
    expect(quantileMs([0, 0], 0.99)).toBeNull();
    expect(quantileMs([], 0.99)).toBeNull();
    expect(quantileMs(histogramOf([1e12]), 0.99)).toBe(Number.POSITIVE_INFINITY);
  });
});
