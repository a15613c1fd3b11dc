/** Cumulative counts of a Prometheus histogram by upper bound, in the order of the bounds. */
export type Buckets = ReadonlyMap<number, number>;

/** Reads the buckets of `name` from a page of metrics, all its label sets added up; empty when there is none. */
export function bucketsOf(metrics: string, name: string): Buckets {
  const buckets = new Map<number, number>();
  for (const line of metrics.split('\n')) {
    const [, labels = '', count = ''] = /^(\w+_bucket\{.*\}) (\S+)$/.exec(line) ?? [];
    if (!labels.startsWith(`${name}_bucket{`)) continue;
    const bound = /[{,]le="([^"]+)"/.exec(labels)?.[1] ?? '';
    const upTo = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    buckets.set(upTo, (buckets.get(upTo) ?? 0) + Number(count));
  }
  return new Map([...buckets].toSorted(([a], [b]) => a - b));
}

/** What was counted between two looks. */
export function difference(later: Buckets, earlier: Buckets): Buckets {
  return new Map([...later].map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)]));
}

/** The upper bound of the bucket that holds the percentile: the true one is no higher. NaN when nothing was counted. */
export function boundOf(buckets: Buckets, share: number): number {
  const total = Math.max(0, ...buckets.values());
  if (total === 0) return Number.NaN;
  return [...buckets].find(([, count]) => count >= share * total)?.[0] ?? Number.POSITIVE_INFINITY;
}
