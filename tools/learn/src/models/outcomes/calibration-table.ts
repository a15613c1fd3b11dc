/** Decisions with similar odds, and how often it came true. */
export interface CalibrationRow {
  readonly decisions: number;
  /** Mean odds, 0 to 1. */
  readonly foretold: number;
  /** Share that came true, with the bounds of its interval (Wilson, 1927; 95 in 100). */
  readonly cameTrue: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.96;

/** Bins of equal count by rising odds; fewer where there are fewer decisions than bins. */
export function calibrationTable(odds: readonly number[], labels: ArrayLike<number>, bins = 10): CalibrationRow[] {
  const order = [...odds.keys()].toSorted((a, b) => (odds[a] ?? 0) - (odds[b] ?? 0));
  const rows: CalibrationRow[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const members = order.slice(Math.floor((bin * order.length) / bins), Math.floor(((bin + 1) * order.length) / bins));
    if (members.length > 0) rows.push(rowOf(members, odds, labels));
  }
  return rows;
}

function rowOf(members: readonly number[], odds: readonly number[], labels: ArrayLike<number>): CalibrationRow {
  const n = members.length;
  const share = members.reduce((sum, at) => sum + (labels[at] ?? 0), 0) / n;
  const foretold = members.reduce((sum, at) => sum + (odds[at] ?? 0), 0) / n;
  const centre = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const reach = (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return {
    decisions: n,
    foretold,
    cameTrue: share,
    low: Math.max(0, centre - reach),
    high: Math.min(1, centre + reach),
  };
}
