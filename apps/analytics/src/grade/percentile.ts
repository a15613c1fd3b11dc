import { LATENCY_BOUNDS_MS } from '@hub/contracts';

/**
 * A quantile of a histogram over `LATENCY_BOUNDS_MS`, as the upper bound of its bucket in ms: at most a quarter too high.
 * @returns null for an empty one; Infinity when it lies beyond the last bound.
 */
export function quantileMs(latency: readonly number[], quantile: number): number | null {
  const total = latency.reduce((sum, held) => sum + held, 0);
  if (total === 0) return null;
  const wanted = Math.max(1, Math.ceil(total * quantile));
  let seen = 0;
  const bucket = latency.findIndex((held) => (seen += held) >= wanted);
  return LATENCY_BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY;
}
