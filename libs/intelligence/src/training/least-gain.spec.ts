import { expect, it } from '@jest/globals';
import { stepOf } from './leaves.ts';

const rules = { maxLeaves: 3, minLeafRows: 1, lambda: 0, monotone: 0, isCategorical: false } as const;
/** Missing values, then three bins of 100 rows; the first and the third pull apart with a gain of 2 * 6² / 25. */
const sums = {
  gradient: Float64Array.of(5, -6, 0, 6),
  hessian: Float64Array.of(25, 25, 25, 25),
  rows: Float64Array.of(100, 100, 100, 100),
};

it('moves a column only where its best cut gains enough', () => {
  expect([...stepOf(sums, rules)].every((value) => value === 0)).toBe(false);
  expect([...stepOf(sums, { ...rules, minGain: 2 })].slice(1)).not.toEqual([0, 0, 0]);
  expect([...stepOf(sums, { ...rules, minGain: 3 })]).toEqual([0, 0, 0, 0]);
});

it('moves missing values by the same rule', () => {
  expect(stepOf(sums, { ...rules, minGain: 1 })[0]).toBeCloseTo(-0.2);
  expect(stepOf(sums, { ...rules, minGain: 1.1 })[0]).toBe(0);
});
