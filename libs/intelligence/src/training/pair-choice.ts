import type { Pair } from './bag.ts';

/** What became of a pair that was tried. */
export interface PairVerdict {
  readonly pair: Pair;
  /** What the pair takes off the log loss of a row that it was not fitted to: mean, and by how much chance moves that. */
  readonly help: number;
  readonly standardError: number;
  readonly verdict: 'kept' | 'does not help' | 'helps no more than chance' | 'adds nothing beside the others';
}

/** What a pair takes off the loss of each watched row, in each bag. */
export interface Helps {
  readonly pair: Pair;
  readonly bags: readonly { readonly rows: Uint32Array; readonly helps: Float64Array }[];
}

/**
 * A pair is kept when the help it gives to leads it has not seen is clear of chance.
 * @param evidence Standard errors that the mean help must reach.
 * @param groups Which lead each row is of: rows of one lead are one piece of evidence. Empty: a lead per row.
 */
export function verdictOn({ pair, bags }: Helps, groups: Int32Array, evidence: number): PairVerdict {
  const [help, standardError] = meanByGroup(bags, groups);
  const isClear = help > 0 && help >= evidence * standardError;
  const verdict = isClear ? 'kept' : help > 0 ? 'helps no more than chance' : 'does not help';
  return { pair, help, standardError, verdict };
}

/** Mean per row, with leads as the units of chance (the ratio estimator of cluster sampling). */
function meanByGroup(bags: Helps['bags'], groups: Int32Array): readonly [number, number] {
  const byGroup = new Map<number, { sum: number; rows: number }>();
  for (const { rows, helps } of bags) {
    for (const [at, row] of rows.entries()) {
      const group = groups[row] ?? row;
      const sofar = byGroup.get(group) ?? { sum: 0, rows: 0 };
      sofar.sum += helps[at] ?? 0;
      sofar.rows += 1;
      byGroup.set(group, sofar);
    }
  }
  let [sum, rows, squares] = [0, 0, 0];
  for (const group of byGroup.values()) {
    sum += group.sum;
    rows += group.rows;
  }
  const mean = rows === 0 ? 0 : sum / rows;
  for (const group of byGroup.values()) squares += (group.sum - mean * group.rows) ** 2;
  const count = byGroup.size;
  return [mean, count < 2 ? Number.POSITIVE_INFINITY : Math.sqrt((squares * count) / (count - 1)) / rows];
}
