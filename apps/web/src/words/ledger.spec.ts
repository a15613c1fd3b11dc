import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ExplainedScore } from '../api/rows.ts';
import { ledgerOf, roundedToTotal, signedHundredths } from './ledger.ts';

const part = fc.double({ min: -400, max: 400, noNaN: true });

function scoreOf(intercept: number, contributions: readonly number[], logit?: number): ExplainedScore {
  return {
    intercept,
    logit: logit ?? contributions.reduce((sum, contribution) => sum + contribution, intercept),
    probability: 0.5,
    model: null,
    reasons: contributions.map((contribution, index) => ({ feature: `f${index}`, value: index, contribution })),
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

describe('roundedToTotal', () => {
  it('adds up to the total with every part at most 1 away', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 40 }), (parts) => {
        const total = Math.round(sumOf(parts));
        const rounded = roundedToTotal(parts, total);
        expect(sumOf(rounded) - total).toBe(0);
        for (const [index, value] of rounded.entries()) {
          expect(Number.isInteger(value)).toBe(true);
          expect(Math.abs(value - (parts[index] ?? Number.NaN))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('gives the missing unit to the largest remainder', () => {
    expect(roundedToTotal([1.2, 1.5, 1.4], 4)).toEqual([1, 2, 1]);
  });
});

describe('ledgerOf', () => {
  it('shows numbers that add up, whatever the contributions', () => {
    const contribution = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(contribution, fc.array(contribution, { maxLength: 32 }), (intercept, contributions) => {
        const score = scoreOf(intercept, contributions);
        const { start, lines, silent, unexplained, total } = ledgerOf(score);
        expect(start + sumOf(lines.map(({ hundredths }) => hundredths)) - total).toBe(0);
        expect(total).toBe(Math.round(score.logit * 100));
        expect(start).toBe(Math.round(intercept * 100));
        expect(unexplained).toBe(0);
        expect(lines.length + silent.length).toBe(contributions.length);
        expect(lines.every(({ hundredths }) => hundredths !== 0)).toBe(true);
      }),
    );
  });

  it('says what the reasons do not account for instead of hiding it', () => {
    const ledger = ledgerOf(scoreOf(-2.94, [0.8], -1.5));
    expect(ledger).toMatchObject({ start: -294, unexplained: 64, total: -150 });
  });

  it('keeps reasons that show as zero apart', () => {
    const ledger = ledgerOf(scoreOf(-1, [0.5, 0.001]));
    expect(ledger.lines.map(({ reason }) => reason.feature)).toEqual(['f0']);
    expect(ledger.silent.map(({ feature }) => feature)).toEqual(['f1']);
  });
});

describe('signedHundredths', () => {
  it.each([
    [80, '+0.80'],
    [-127, '−1.27'],
    [0, '0.00'],
    [-0, '0.00'],
  ])('writes %d as %s', (hundredths, text) => {
    expect(signedHundredths(hundredths)).toBe(text);
  });
});
