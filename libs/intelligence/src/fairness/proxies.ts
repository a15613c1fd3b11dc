import type { Column } from '../training/training-table.ts';
import { type Bins, binsOf } from './attribute-bins.ts';
import { giniOfRanks, ranksOf } from './gini.ts';

/**
 * How closely an input may go with a barred attribute, on a scale from 0 (tells nothing) to 1 (tells it): 0.3 is what is
 * called a moderate association. It is far above what chance gives to the numbers of leads asked for here.
 */
export const PROXY_THRESHOLD = 0.3;

/** With fewer leads whose attribute is known nothing can be told. */
export const MIN_KNOWN = 200;

/** An input that stands in for what may not enter a score. */
export interface Proxy {
  readonly feature: string;
  readonly attribute: string;
  readonly association: number;
  /** By which of the two measures it was found. */
  readonly by: 'cramersV' | 'gini';
}

export interface ProxyReport {
  /** Those above the threshold, strongest first. */
  readonly proxies: readonly Proxy[];
  /** The strongest association of all, however weak; null when nothing could be judged. */
  readonly strongest: Proxy | null;
  /** Attributes that are known of fewer than `MIN_KNOWN` leads, or are the same for all. */
  readonly unjudged: readonly string[];
}

/**
 * Which inputs tell a barred attribute, each by itself. Two measures are taken and the larger counts: Cramér's V with the correction of
 * Bergsma (2013) between the input in ten bins and the attribute, which sees associations of any shape; and, for each
 * level of the attribute against all others, 2 AUC - 1 of the input as a score less three standard errors, which sees
 * rare levels. Rows are those of one tenant where tenants differ in the attribute: scores rank leads of one tenant only.
 * @param attributes Columns with the same rows as the table's; NaN where the attribute is not known.
 */
export function proxiesOf(
  { columns }: { readonly columns: readonly Column[] },
  attributes: readonly Column[],
  threshold = PROXY_THRESHOLD,
): ProxyReport {
  const judged = attributes.map((attribute) => ({ attribute, bins: binsOf(attribute) })).filter(isJudged);
  const found = columns
    .flatMap((column) => judged.map(({ attribute, bins }) => associationOf(column, attribute, bins)))
    .toSorted((a, b) => b.association - a.association);
  return {
    proxies: found.filter(({ association }) => association > threshold),
    strongest: found[0] ?? null,
    unjudged: attributes
      .filter((attribute) => !judged.some((one) => one.attribute === attribute))
      .map(({ name }) => name),
  };
}

function isJudged({ bins }: { readonly bins: Bins }): boolean {
  const known = bins.counts.filter((count) => count > 0);
  return known.length >= 2 && known.reduce((sum, count) => sum + count, 0) >= MIN_KNOWN;
}

function associationOf(column: Column, attribute: Column, levels: Bins): Proxy {
  const v = cramersV(binsOf(column, true), levels);
  const gini = strongestGini(column, levels);
  const [association, by] = v >= gini ? [v, 'cramersV' as const] : [gini, 'gini' as const];
  return { feature: column.name, attribute: attribute.name, association, by };
}

/** Bias-corrected: Bergsma, "A bias-correction for Cramér's V and Tschuprow's T", 2013. */
function cramersV(rows: Bins, columns: Bins): number {
  const cells = new Float64Array(rows.counts.length * columns.counts.length);
  const rowSums = new Float64Array(rows.counts.length);
  const columnSums = new Float64Array(columns.counts.length);
  let n = 0;
  rows.of.forEach((row, index) => {
    const column = columns.of[index] ?? -1;
    if (row < 0 || column < 0) return;
    cells[row * columnSums.length + column] = (cells[row * columnSums.length + column] ?? 0) + 1;
    rowSums[row] = (rowSums[row] ?? 0) + 1;
    columnSums[column] = (columnSums[column] ?? 0) + 1;
    n += 1;
  });
  const used = (sums: Float64Array): number => sums.filter((sum) => sum > 0).length;
  const [r, k] = [used(rowSums), used(columnSums)];
  if (r < 2 || k < 2 || n < 2) return 0;
  const phi2 = Math.max(0, phiSquared(cells, rowSums, columnSums, n) - ((r - 1) * (k - 1)) / (n - 1));
  const free = Math.min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1;
  return free <= 0 ? 0 : Math.min(1, Math.sqrt(phi2 / free));
}

function phiSquared(cells: Float64Array, rowSums: Float64Array, columnSums: Float64Array, n: number): number {
  let chiSquared = 0;
  rowSums.forEach((rowSum, row) => {
    columnSums.forEach((columnSum, column) => {
      const expected = (rowSum * columnSum) / n;
      if (expected > 0) chiSquared += ((cells[row * columnSums.length + column] ?? 0) - expected) ** 2 / expected;
    });
  });
  return chiSquared / n;
}

function strongestGini(column: Column, levels: Bins): number {
  const known = [...levels.of.keys()].filter((row) => (levels.of[row] ?? -1) >= 0);
  const ranks = ranksOf(column.values, known);
  const sums = new Float64Array(levels.counts.length);
  for (const row of known) {
    const level = levels.of[row] ?? 0;
    sums[level] = (sums[level] ?? 0) + (ranks[row] ?? 0);
  }
  return levels.counts.reduce((strongest, inside, level) => {
    const gini = giniOfRanks({ rankSum: sums[level] ?? 0, inside, others: known.length - inside });
    return Math.max(strongest, gini);
  }, 0);
}
