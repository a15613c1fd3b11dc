import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metricsOf } from './metrics.ts';

describe('metricsOf', () => {
  it('is what one counts by hand', () => {
    // Pairs of a positive and a negative in the right order: 0.9 before all 3, 0.6 before 0.4 and 0.1.
    const { auc, prAuc, brier } = metricsOf([1, 0, 1, 0, 0], [0.9, 0.7, 0.6, 0.4, 0.1]);
    expect(auc).toBeCloseTo(5 / 6, 12);
    // Precision 1 at the first positive, 2 of 3 at the second.
    expect(prAuc).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(brier).toBeCloseTo((0.01 + 0.49 + 0.16 + 0.16 + 0.01) / 5, 12);
  });

  it('counts half for positives and negatives with equal odds, and tells none of them apart', () => {
    const { auc, prAuc, lift20 } = metricsOf(
      [1, 0, 0, 0, 1, 0, 0, 0, 0, 0],
      Array.from({ length: 10 }, () => 0.5),
    );
    expect(auc).toBe(0.5);
    expect(prAuc).toBeCloseTo(0.2, 12);
    expect(lift20).toBeCloseTo(1, 12);
  });

  it('takes the calibration error over ten bins of equal count', () => {
    // In each of ten bins two rows with the same odds: the gap is |odds - rate| of the bin.
    const odds = Array.from({ length: 20 }, (_, row) => 0.05 + Math.floor(row / 2) / 10);
    const labels = Array.from({ length: 20 }, (_, row) => (row >= 10 ? 1 : 0));
    const gaps = Array.from({ length: 10 }, (_, bin) => Math.abs(0.05 + bin / 10 - (bin >= 5 ? 1 : 0)));
    expect(metricsOf(labels, odds).ece).toBeCloseTo(gaps.reduce((sum, gap) => sum + gap, 0) / 10, 12);
  });

  it('says how much more often the top fifth converts', () => {
    const labels = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    const odds = labels.map((_, row) => 0.9 - row / 20);
    expect(metricsOf(labels, odds).lift20).toBeCloseTo(5, 12);
  });

  it.each([
    ['no positives', [0, 0], [0.1, 0.2], 'no positives'],
    ['no negatives', [1, 1], [0.1, 0.2], 'no negatives'],
    ['other lengths', [1, 0], [0.1], '2 labels for 1'],
    ['what is no probability', [1, 0], [0.1, Number.NaN], 'not in [0, 1]'],
  ])('refuses %s', (_, labels, odds, message) => {
    expect(() => metricsOf(labels, odds)).toThrow(message);
  });

  const predictions = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 20 })), { minLength: 2, maxLength: 60 })
    .filter((rows) => rows.some(([label]) => label === 1) && rows.some(([label]) => label === 0))
    .map((rows) => ({ labels: rows.map(([label]) => label), odds: rows.map(([, step]) => step / 20) }));

  it('has the AUC of counting all pairs', () => {
    fc.assert(
      fc.property(predictions, ({ labels, odds }) => {
        let [right, all] = [0, 0];
        for (const [a, one] of labels.entries()) {
          for (const [b, other] of labels.entries()) {
            if (one !== 1 || other !== 0) continue;
            all += 1;
            right += (1 + Math.sign((odds[a] ?? 0) - (odds[b] ?? 0))) / 2;
          }
        }
        expect(metricsOf(labels, odds).auc).toBeCloseTo(right / all, 10);
      }),
    );
  });

  it('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(predictions, ({ labels, odds }) => {
        const turned = metricsOf(labels.toReversed(), odds.toReversed());
        for (const [name, value] of Object.entries(metricsOf(labels, odds))) {
          expect(turned).toHaveProperty(name, expect.closeTo(value, 10));
        }
      }),
    );
  });

  it('stays in its bounds', () => {
    fc.assert(
      fc.property(predictions, ({ labels, odds }) => {
        const { auc, prAuc, brier, ece, lift20 } = metricsOf(labels, odds);
        for (const share of [auc, prAuc, brier, ece]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(lift20).toBeLessThanOrEqual(5 + 1e-9);
      }),
    );
  });
});
