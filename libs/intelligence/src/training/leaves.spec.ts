import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BinSums, stepOf } from './leaves.ts';

const FREE = { maxLeaves: 2, minLeafRows: 1, lambda: 0, monotone: 0, isCategorical: false } as const;

function sumsOf(gradient: readonly number[], rows: readonly number[]): BinSums {
  return { gradient: Float64Array.from(gradient), hessian: Float64Array.from(rows), rows: Float64Array.from(rows) };
}

describe('stepOf', () => {
  it('cuts where the gain is largest and gives each side its Newton step', () => {
    const step = stepOf(sumsOf([0, -4, -4, 6, 6], [0, 4, 4, 3, 3]), FREE);
    expect([...step]).toEqual([0, 1, 1, -2, -2]);
  });

  it('gives missing values a step of their own', () => {
    expect(stepOf(sumsOf([-6, 1, 1], [3, 1, 1]), FREE)[0]).toBe(2);
  });

  it('cuts no leaf that has fewer rows than asked for', () => {
    const step = stepOf(sumsOf([0, -10, 1, 1, 1], [0, 1, 4, 4, 4]), { ...FREE, minLeafRows: 5 });
    expect(step[1]).toBe(step[2]);
  });

  it('puts levels in the order of their gradients', () => {
    const step = stepOf(sumsOf([0, -20, 20, -20, 20], [0, 10, 10, 10, 10]), { ...FREE, isCategorical: true });
    expect([...step]).toEqual([0, 2, -2, 2, -2]);
  });

  it.each([1, -1] as const)('never goes against what a shape must do (%d)', (monotone) => {
    const gradients = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(gradients, fc.integer({ min: 2, max: 6 }), (gradient, maxLeaves) => {
        const rows = gradient.map((_, bin) => 1 + (bin % 3));
        const known = stepOf(sumsOf(gradient, rows), { ...FREE, maxLeaves, monotone }).slice(1);
        for (const [bin, value] of known.entries()) {
          if (bin > 0) expect(monotone * (value - (known[bin - 1] ?? 0))).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
