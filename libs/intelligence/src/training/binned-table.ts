import { binCount, binningOf, type BinRules, type Binning, fillBins, MISSING_BIN } from './bins.ts';
import { GRID_BINS } from './grids.ts';
import type { ShapeRules } from './leaves.ts';
import type { Column, TrainingTable } from './training-table.ts';

/** One column as bins, in memory that threads share. */
export interface BinnedColumn extends ShapeRules {
  readonly name: string;
  readonly binning: Binning;
  /** One per row. */
  readonly bins: Uint8Array;
  readonly count: number;
  readonly coarse: Coarse;
}

/** The column as a side of pairs: at most `GRID_BINS` bins, missing values apart, and levels in the order of their odds. */
export interface Coarse {
  /** For each bin, that in pairs. */
  readonly ofBin: Uint8Array;
  readonly count: number;
}

export interface BinnedTable {
  readonly columns: readonly BinnedColumn[];
  readonly labels: Uint8Array;
  /** One per row, or null where all count 1. */
  readonly weights: Float64Array | null;
}

/** Counts of one class against the other, as factors. */
export interface ClassWeights {
  readonly positive: number;
  readonly negative: number;
}

/**
 * @param rows How many, from the first, decide the bins; what follows is only put into them.
 */
export function binned(table: TrainingTable, rows: number, rules: BinRules, classWeights: ClassWeights): BinnedTable {
  const labels = sharedBytes(table.labels.length);
  labels.set(table.labels);
  return {
    columns: table.columns.map((column) => binnedColumn(column, labels, rows, rules)),
    labels,
    weights: weightsOf(labels, classWeights),
  };
}

function binnedColumn(column: Column, labels: Uint8Array, rows: number, rules: BinRules): BinnedColumn {
  const binning = binningOf({ ...column, values: column.values.subarray(0, rows) }, rules);
  const bins = sharedBytes(column.values.length);
  fillBins(bins, column.values, binning);
  const count = binCount(binning);
  const isCategorical = column.kind === 'category';
  const coarse = coarseOf(bins.subarray(0, rows), labels, count, isCategorical);
  return { name: column.name, binning, bins, count, isCategorical, monotone: signOf(column), coarse };
}

function signOf(column: Column): -1 | 0 | 1 {
  if (column.kind === 'category' || column.monotone === null) return 0;
  return column.monotone === 'rising' ? 1 : -1;
}

/** Neighbouring bins go together until few are left, about as many rows in each. */
function coarseOf(bins: Uint8Array, labels: Uint8Array, count: number, isCategorical: boolean): Coarse {
  const rows = Array.from({ length: count }, () => 0);
  const ones = Array.from({ length: count }, () => 0);
  for (const [row, bin] of bins.entries()) {
    rows[bin] = (rows[bin] ?? 0) + 1;
    ones[bin] = (ones[bin] ?? 0) + (labels[row] ?? 0);
  }
  const order = Array.from({ length: count - 1 }, (_, at) => at + 1);
  const share = order.reduce((sum, bin) => sum + (ones[bin] ?? 0), 0) / Math.max(1, bins.length - (rows[0] ?? 0));
  const rateOf = (bin: number) => ((ones[bin] ?? 0) + 10 * share) / ((rows[bin] ?? 0) + 10);
  if (isCategorical) order.sort((a, b) => rateOf(a) - rateOf(b) || a - b);
  const ofBin = new Uint8Array(count);
  const perBin = count <= GRID_BINS ? 0 : (bins.length - (rows[MISSING_BIN] ?? 0)) / (GRID_BINS - 1);
  let [last, held] = [0, Number.POSITIVE_INFINITY];
  for (const bin of order) {
    if (held >= perBin && last < GRID_BINS - 1) [last, held] = [last + 1, 0];
    ofBin[bin] = last;
    held += rows[bin] ?? 0;
  }
  return { ofBin, count: last + 1 };
}

function weightsOf(labels: Uint8Array, { positive, negative }: ClassWeights): Float64Array | null {
  if (positive === 1 && negative === 1) return null;
  const weights = new Float64Array(new SharedArrayBuffer(labels.length * Float64Array.BYTES_PER_ELEMENT));
  for (const [row, label] of labels.entries()) weights[row] = label === 1 ? positive : negative;
  return weights;
}

function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}
