import type { Column } from '../training/training-table.ts';

/** A column in bins. */
export interface Bins {
  /** Bin of each row; -1 where it is not known. */
  readonly of: Int32Array;
  /** Rows by bin. */
  readonly counts: readonly number[];
}

const QUANTILES = 10;
/** Levels of a category beyond the commonest go together. */
const MAX_LEVELS = 30;

/**
 * A category by its levels, the rare ones together; a number by its tenths, or by its values where it has no more than
 * ten.
 * @param missingCounts Whether that a value is missing is a bin of its own, as it is to a model, or not known.
 */
export function binsOf(column: Column, missingCounts = false): Bins {
  const bins = column.kind === 'category' ? levelBins(column.values) : quantileBins(column.values);
  const missing =
    bins.some((bin) => bin < 0) && missingCounts ? 1 + bins.reduce((most, bin) => Math.max(most, bin), -1) : -1;
  const of = bins.map((bin) => (bin < 0 ? missing : bin));
  const counts = Array.from({ length: 1 + of.reduce((most, bin) => Math.max(most, bin), -1) }, () => 0);
  for (const bin of of) if (bin >= 0) counts[bin] = (counts[bin] ?? 0) + 1;
  return { of, counts };
}

function levelBins(values: Float64Array): Int32Array {
  const counts = new Map<number, number>();
  for (const level of values) if (!Number.isNaN(level)) counts.set(level, (counts.get(level) ?? 0) + 1);
  const common = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, MAX_LEVELS);
  const binOf = new Map(common.map(([level], bin) => [level, bin]));
  return Int32Array.from(values, (level) => (Number.isNaN(level) ? -1 : (binOf.get(level) ?? MAX_LEVELS)));
}

function quantileBins(values: Float64Array): Int32Array {
  const known = values.filter((value) => !Number.isNaN(value)).toSorted();
  const distinct = [...new Set(known)];
  const starts = distinct.length <= QUANTILES ? distinct : quantilesOf(known);
  return Int32Array.from(values, (value) =>
    Number.isNaN(value) ? -1 : starts.findLastIndex((start) => start <= value),
  );
}

/** Lowest value of each tenth; equal ones once. */
function quantilesOf(sorted: Float64Array): readonly number[] {
  const starts = Array.from(
    { length: QUANTILES },
    (_, tenth) => sorted[Math.floor((tenth * sorted.length) / QUANTILES)] ?? 0,
  );
  return [...new Set(starts)];
}
