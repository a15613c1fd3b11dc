const BINS = 10;
/** Half of what lies outside of 95 in 100 of a normal distribution is above this. */
const Z_95 = 1.959963984540054;

/** What was said of about a tenth of the rows, and what became of them. */
export interface ReliabilityBin {
  readonly rows: number;
  /** Mean of the odds. */
  readonly said: number;
  /** Share of positives, and between what it lies by chance in 95 of 100 (Wilson, 1927). */
  readonly came: number;
  readonly low: number;
  readonly high: number;
}

/** Rows in 10 bins of equal count, from the lowest odds up. */
export function reliabilityOf(labels: ArrayLike<number>, odds: ArrayLike<number>): readonly ReliabilityBin[] {
  const order = Array.from({ length: odds.length }, (_, row) => row).toSorted(
    (a, b) => (odds[a] ?? 0) - (odds[b] ?? 0),
  );
  const border = (bin: number): number => Math.round((bin * order.length) / BINS);
  return Array.from({ length: BINS }, (_, bin) => order.slice(border(bin), border(bin + 1)))
    .filter((rows) => rows.length > 0)
    .map((rows) => {
      const meanOf = (values: ArrayLike<number>) =>
        rows.reduce((sum, row) => sum + (values[row] ?? 0), 0) / rows.length;
      const came = meanOf(labels);
      return { rows: rows.length, said: meanOf(odds), came, ...wilson(came, rows.length) };
    });
}

function wilson(share: number, rows: number): { low: number; high: number } {
  const z2 = Z_95 ** 2;
  const middle = (share + z2 / (2 * rows)) / (1 + z2 / rows);
  const half = (Z_95 / (1 + z2 / rows)) * Math.sqrt((share * (1 - share)) / rows + z2 / (4 * rows ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
