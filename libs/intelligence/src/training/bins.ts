import type { CategoryColumn, Column, NumberColumn } from './training-table.ts';

/** Missing values have a bin of their own, the first. */
export const MISSING_BIN = 0;
/** So that a bin fits into a byte. */
const MOST_BINS = 255;

// A look at a global for each row is slow where globals are intercepted, as in Jest.
const { isNaN: isMissing } = Number;

/** How the values of one column become bins. */
export type Binning = NumberBinning | CategoryBinning;

export interface NumberBinning {
  readonly kind: 'number';
  /** Ascending; a value is in bin 1 + (number of edges not above it). */
  readonly edges: readonly number[];
}

export interface CategoryBinning {
  readonly kind: 'category';
  /** By level; a level that was not seen is as good as missing. */
  readonly bins: readonly number[];
}

export interface BinRules {
  /** Bins of a column, at most, besides that for missing values. */
  readonly maxBins: number;
  /** Rows of a bin, at least; rarer levels of a category share a bin. */
  readonly minBinRows: number;
}

export function binningOf(column: Column, rules: BinRules): Binning {
  return column.kind === 'number' ? numberBinning(column, rules) : categoryBinning(column, rules);
}

/** Bins in all, that for missing values included. */
export function binCount(binning: Binning): number {
  if (binning.kind === 'number') return binning.edges.length + 2;
  return 1 + binning.bins.reduce((most, bin) => Math.max(most, bin), 0);
}

/** The bin of each value, written into `bins`. */
export function fillBins(bins: Uint8Array, values: ArrayLike<number>, binning: Binning): void {
  for (let row = 0; row < bins.length; row += 1) {
    const value = values[row] ?? Number.NaN;
    bins[row] = binning.kind === 'number' ? binOf(value, binning.edges) : (binning.bins[value] ?? MISSING_BIN);
  }
}

/** The bin of a value among edges, as `StepShape` has it. */
export function binOf(value: number, edges: readonly number[]): number {
  if (isMissing(value)) return MISSING_BIN;
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < (edges[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}

/**
 * Each distinct value has a bin where there are few. Else values that fill a bin alone get one, and what remains is cut into bins
 * of about equal count.
 */
function numberBinning({ values }: NumberColumn, { maxBins, minBinRows }: BinRules): NumberBinning {
  const distinct = distinctOf(values);
  const rows = distinct.reduce((sum, { count }) => sum + count, 0);
  const wanted = Math.max(1, Math.min(maxBins, MOST_BINS - 1, Math.floor(rows / Math.max(1, minBinRows))));
  const least = distinct.length <= wanted ? Math.max(1, minBinRows) : rowsPerBin(distinct, rows, wanted);
  const edges: number[] = [];
  let held = 0;
  for (const [at, { value, count }] of distinct.entries()) {
    const before = distinct[at - 1];
    const isFull = held >= least || (count >= least && held >= Math.min(least, Math.max(1, minBinRows)));
    if (before !== undefined && isFull && edges.length + 1 < wanted) {
      edges.push(between(before.value, value));
      held = 0;
    }
    held += count;
  }
  return { kind: 'number', edges };
}

interface Distinct {
  readonly value: number;
  readonly count: number;
}

function distinctOf(values: Float64Array): readonly Distinct[] {
  const sorted = values.filter((value) => !isMissing(value)).toSorted();
  const distinct: { value: number; count: number }[] = [];
  for (const value of sorted) {
    const last = distinct.at(-1);
    if (last?.value === value) last.count += 1;
    else distinct.push({ value, count: 1 });
  }
  return distinct;
}

/** Rows for a bin of several values: what is left when those that fill a bin alone are set aside. */
function rowsPerBin(distinct: readonly Distinct[], rows: number, wanted: number): number {
  const mean = rows / wanted;
  const alone = distinct.filter(({ count }) => count >= mean);
  const rest = rows - alone.reduce((sum, { count }) => sum + count, 0);
  return Math.max(1, Math.min(mean, rest / Math.max(1, wanted - alone.length)));
}

function categoryBinning({ values, levels }: CategoryColumn, { maxBins, minBinRows }: BinRules): CategoryBinning {
  const counts = Array.from(levels, () => 0);
  for (const level of values) if (!isMissing(level)) counts[level] = (counts[level] ?? 0) + 1;
  const most = Math.min(maxBins, MOST_BINS - 1);
  const frequent = [...counts.keys()]
    .filter((level) => (counts[level] ?? 0) >= Math.max(1, minBinRows))
    .toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b)
    .slice(0, most - 1);
  const bins = new Map(frequent.toSorted((a, b) => a - b).map((level, place) => [level, place + 1]));
  const rare = bins.size + 1;
  return { kind: 'category', bins: counts.map((count, level) => bins.get(level) ?? (count > 0 ? rare : MISSING_BIN)) };
}

/** Half way, but never the lower value itself, as rounding could have it. */
function between(below: number, value: number): number {
  const middle = below + (value - below) / 2;
  return middle > below ? middle : value;
}
