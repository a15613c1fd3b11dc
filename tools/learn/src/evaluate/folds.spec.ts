import { expect, it } from '@jest/globals';
import { foldsOf } from './folds.ts';

const labels = Uint8Array.from({ length: 103 }, (_, row) => Number(row % 4 === 0));

it('judges each row once, by what was learned from all others', () => {
  const folds = foldsOf(labels, 5, 1);
  const inside = folds.flatMap((fold) => fold.inside).toSorted((a, b) => a - b);
  expect(inside).toEqual([...labels.keys()]);
  for (const fold of folds) {
    expect([...fold.inside, ...fold.outside].toSorted((a, b) => a - b)).toEqual([...labels.keys()]);
  }
});

it('spreads positives evenly and decides by the seed alone', () => {
  const positives = foldsOf(labels, 5, 1).map(({ inside }) => inside.filter((row) => labels[row] === 1).length);
  expect(Math.max(...positives) - Math.min(...positives)).toBeLessThanOrEqual(1);
  expect(foldsOf(labels, 5, 1)).toEqual(foldsOf(labels, 5, 1));
  expect(foldsOf(labels, 5, 2)).not.toEqual(foldsOf(labels, 5, 1));
});
