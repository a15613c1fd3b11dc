import { describe, expect, it } from '@jest/globals';
import type { BinnedModel } from './assemble.ts';
import { binned } from './binned-table.ts';
import { purified } from './purify.ts';
import { seededRandom } from './random.ts';
import { drawnTable } from './tables.for-spec.ts';

describe('purified', () => {
  const random = seededRandom(5);
  const table = drawnTable(3_000, ['a', 'b'], () => 0);
  const { columns } = binned(table, 3_000, { maxBins: 40, minBinRows: 1 }, { positive: 1, negative: 1 });
  const [first, second] = columns;
  if (first === undefined || second === undefined) throw new Error('two columns were drawn');
  const width = second.coarse.count;
  const drawn = (length: number) => Float64Array.from({ length }, () => random() - 0.5);
  const model: BinnedModel = {
    intercept: -1,
    shapes: columns.map(({ count }) => drawn(count)),
    pairs: [{ pair: [0, 1], cells: drawn(first.coarse.count * width) }],
  };
  const pure = purified(model, columns);
  const cellAt = (of: BinnedModel, row: number) => {
    const [a, b] = [first.coarse.ofBin[first.bins[row] ?? 0] ?? 0, second.coarse.ofBin[second.bins[row] ?? 0] ?? 0];
    return of.pairs[0]?.cells[a * width + b] ?? 0;
  };

  it('leaves every logit as it was', () => {
    const logitAt = (of: BinnedModel, row: number) =>
      columns.reduce((sum, { bins }, at) => sum + (of.shapes[at]?.[bins[row] ?? 0] ?? 0), cellAt(of, row));
    for (let row = 0; row < 3_000; row += 7) expect(logitAt(pure, row)).toBeCloseTo(logitAt(model, row), 9);
  });

  it('leaves a pair nothing that one column tells alone', () => {
    for (const { bins, coarse } of columns) {
      const sums = Array.from({ length: coarse.count }, () => 0);
      for (const [row, bin] of bins.entries()) {
        const of = coarse.ofBin[bin] ?? 0;
        sums[of] = (sums[of] ?? 0) + cellAt(pure, row);
      }
      for (const sum of sums) expect(sum).toBeCloseTo(0, 6);
    }
  });
});
