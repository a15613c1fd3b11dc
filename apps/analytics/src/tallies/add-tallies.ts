import type { MinuteTally } from '@hub/contracts';

/** Sums by tenant, minute and path, in one order: several tallies of a batch become one row each. */
export function addTallies(tallies: readonly MinuteTally[]): MinuteTally[] {
  const rows = new Map<string, MinuteTally>();
  for (const tally of tallies) {
    const key = `${tally.tenantId}\n${tally.minuteMs}\n${tally.path}`;
    const known = rows.get(key);
    rows.set(key, known === undefined ? tally : sum(known, tally));
  }
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function sum(a: MinuteTally, b: MinuteTally): MinuteTally {
  const outcomes = { ...a.outcomes };
  for (const [outcome, count] of Object.entries(b.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  return { ...a, outcomes, latency: addBuckets(a.latency, b.latency) };
}

/** Bucket by bucket; the shorter list has zeros where it ends. */
export function addBuckets(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => (a[at] ?? 0) + (b[at] ?? 0));
}
