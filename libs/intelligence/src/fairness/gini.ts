/** Fewer leads on either side than this tell nothing. */
const MIN_OF_SIDE = 20;

/**
 * How surely a score tells two sides apart: |2 AUC - 1| less three standard errors of no association, at least 0.
 * @param ranked Rank sum of the one side, ranks from 1 with ties sharing their mean, its size, and that of the other.
 */
export function giniOfRanks(ranked: {
  readonly rankSum: number;
  readonly inside: number;
  readonly others: number;
}): number {
  const { rankSum, inside, others } = ranked;
  if (inside < MIN_OF_SIDE || others < MIN_OF_SIDE) return 0;
  const auc = (rankSum - (inside * (inside + 1)) / 2) / (inside * others);
  const standardError = 2 * Math.sqrt((inside + others + 1) / (12 * inside * others));
  return Math.max(0, Math.abs(2 * auc - 1) - 3 * standardError);
}

/** The same of labels and scores. */
export function giniOf(labels: ArrayLike<number>, scores: Float64Array): number {
  const ranks = ranksOf(scores, [...scores.keys()]);
  let rankSum = 0;
  let inside = 0;
  ranks.forEach((rank, row) => {
    if (labels[row] !== 1) return;
    rankSum += rank;
    inside += 1;
  });
  return giniOfRanks({ rankSum, inside, others: scores.length - inside });
}

/** Ranks of some rows from 1, ties sharing their mean; missing ranks lowest, and so do rows that are not asked about. */
export function ranksOf(values: Float64Array, asked: readonly number[]): Float64Array {
  const value = (row: number): number => {
    const found = values[row] ?? Number.NaN;
    return Number.isNaN(found) ? Number.NEGATIVE_INFINITY : found;
  };
  const rows = asked.toSorted((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0));
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < rows.length;) {
    let to = from + 1;
    while (to < rows.length && value(rows[to] ?? 0) === value(rows[from] ?? 0)) to += 1;
    for (let at = from; at < to; at += 1) ranks[rows[at] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}
