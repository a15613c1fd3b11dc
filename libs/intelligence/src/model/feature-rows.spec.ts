import { expect, it } from '@jest/globals';
import { emptyState } from '../features/state.ts';
import { FEATURES, featuresAt } from '../features/table.ts';
import { FeatureRows } from './feature-rows.ts';

const NOW = Date.parse('2026-09-01T12:00:00Z');
const MANY = 70;

it('rows are kept while their array grows', () => {
  const rows = new FeatureRows();
  const state = emptyState();
  for (let row = 0; row < MANY; row += 1) {
    if (row % 2 === 0) rows.add(state, NOW);
    else rows.push(new Float64Array(FEATURES.length).fill(row));
  }
  const expected = featuresAt(state, NOW);
  expect(rows.all()).toEqual(Array.from({ length: MANY }, (_, row) => rows.view(row)));
  expect(rows.all()).toEqual(
    Array.from({ length: MANY }, (_, row) => (row % 2 === 0 ? expected : new Float64Array(FEATURES.length).fill(row))),
  );
});

it('rows are lent to one batch at a time, however often they are released', () => {
  const rows = FeatureRows.take();
  rows.release();
  rows.release();
  const [first, second] = [FeatureRows.take(), FeatureRows.take()];
  expect(first).not.toBe(second);
  for (const taken of [first, second]) taken.release();
});

it('rows that were used before begin empty', () => {
  const rows = FeatureRows.take();
  rows.push(new Float64Array(FEATURES.length).fill(1));
  rows.release();
  const again = FeatureRows.take();
  expect([again.count, again.all()]).toEqual([0, []]);
  again.release();
});

it('refuses a row of another width', () => {
  expect(() => {
    new FeatureRows(3).push(new Float64Array(2));
  }).toThrow('a row has 3 features, not 2');
});
