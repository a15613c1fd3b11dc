import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { binCount, binningOf, binOf, fillBins, MISSING_BIN } from './bins.ts';
import { levels, numbers } from './tables.for-spec.ts';

const RULES = { maxBins: 8, minBinRows: 1 };
const values = fc.array(
  fc.oneof(fc.integer({ min: -20, max: 20 }), fc.double({ noDefaultInfinity: true }), fc.constant(Number.NaN)),
  {
    minLength: 1,
    maxLength: 80,
  },
);

function edgesOf(of: Iterable<number>, rules = RULES): readonly number[] {
  const binning = binningOf(numbers('x', of), rules);
  return binning.kind === 'number' ? binning.edges : [];
}

describe('binningOf', () => {
  it('gives each distinct value a bin where there are few, however rare', () => {
    expect(edgesOf([...Array.from({ length: 97 }, () => 0), 1, 2, 3])).toEqual([0.5, 1.5, 2.5]);
  });

  it('cuts what remains into about equal parts when some values fill bins alone', () => {
    const zeros = Array.from({ length: 500 }, () => 0);
    const spread = Array.from({ length: 500 }, (_, at) => at + 1);
    const edges = edgesOf([...zeros, ...spread], { maxBins: 6, minBinRows: 1 });
    expect(edges[0]).toBe(0.5);
    expect(edges).toHaveLength(5);
    expect(edges[1]).toBeGreaterThan(80);
    expect(edges[1]).toBeLessThan(120);
  });

  it('puts values in order, missing ones apart, in bins as the edges say', () => {
    fc.assert(
      fc.property(values, (of) => {
        const binning = binningOf(numbers('x', of), RULES);
        const bins = new Uint8Array(of.length);
        fillBins(bins, of, binning);
        const edges = binning.kind === 'number' ? binning.edges : [];
        expect(edges).toEqual(edges.toSorted((a, b) => a - b));
        expect(new Set(edges).size).toBe(edges.length);
        expect(edges.length).toBeLessThan(RULES.maxBins);
        for (const [row, value] of of.entries()) {
          const expected = Number.isNaN(value) ? MISSING_BIN : 1 + edges.filter((edge) => edge <= value).length;
          expect(bins[row]).toBe(expected);
          expect(binOf(value, edges)).toBe(expected);
        }
      }),
    );
  });

  it('leaves no bin with fewer rows than asked for, but the only one', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 10 }), (of, minBinRows) => {
        const binning = binningOf(numbers('x', of), { maxBins: 8, minBinRows });
        const bins = new Uint8Array(of.length);
        fillBins(bins, of, binning);
        if (binCount(binning) === 2) return;
        for (let bin = 1; bin < binCount(binning) - 1; bin += 1) {
          expect(bins.filter((one) => one === bin).length).toBeGreaterThanOrEqual(minBinRows);
        }
      }),
    );
  });

  it('gives levels bins of their own, rare ones one together, and those not seen that of missing values', () => {
    const column = levels('city', ['a', 'b', 'c', 'd', 'e'], [0, 0, 0, 1, 1, 1, 2, 3, Number.NaN]);
    expect(binningOf(column, { maxBins: 8, minBinRows: 2 })).toEqual({
      kind: 'category',
      bins: [1, 2, 3, 3, MISSING_BIN],
    });
  });

  it('keeps to its bins with more levels than there are bins', () => {
    const names = Array.from({ length: 400 }, (_, at) => `level ${at}`);
    const binning = binningOf(levels('many', names, names.keys()), { maxBins: 1_000, minBinRows: 1 });
    expect(binCount(binning)).toBeLessThanOrEqual(255);
  });
});
