import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Row } from '../api/rows.ts';
import { changesBetween, orderOf, reordered, type Rows } from './order.ts';
import { sampleRow } from './sample-row.ts';
import { countsOf, VIEWS } from './views.ts';

const row: fc.Arbitrary<Row> = fc
  .record({
    leadId: fc.integer({ min: 0, max: 30 }).map(String),
    // Few different values, so that ties are common.
    odds: fc.integer({ min: 0, max: 5 }).map((n) => n / 10),
    cold: fc.integer({ min: 3, max: 7 }).map((n) => n / 10),
    band: fc.constantFrom('hot', 'warm', 'cool', 'unknown'),
    isOpen: fc.boolean(),
    lastTouchAtMs: fc.option(fc.integer({ min: 1, max: 5 })),
  })
  .map(({ odds, cold, ...fields }) =>
    sampleRow({ ...fields, conversion: { logit: 0, probability: odds }, goingCold: { logit: 0, probability: cold } }),
  );

function rowsOf(rows: readonly Row[]): Rows {
  return new Map(rows.map((each) => [each.leadId, each]));
}

describe('the order of a view', () => {
  it('is the same whether sorted anew or kept up change by change', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VIEWS), fc.array(row), fc.array(row), (view, before, changes) => {
        const rows = rowsOf([...before, ...changes]);
        const changed = new Set(changes.map(({ leadId }) => leadId));
        expect(reordered(orderOf(rowsOf(before), view), rows, changed, view)).toEqual(orderOf(rows, view));
      }),
    );
  });

  it('puts the best odds first under Now and leaves out who is neither hot nor warm', () => {
    const rows = rowsOf([
      sampleRow({ leadId: 'warm', conversion: { logit: 0, probability: 0.1 } }),
      sampleRow({ leadId: 'hot', band: 'hot', conversion: { logit: 0, probability: 0.3 } }),
      sampleRow({ leadId: 'thin', band: 'unknown', conversion: { logit: 0, probability: 0.9 } }),
    ]);
    expect(orderOf(rows, 'now')).toEqual(['hot', 'warm']);
  });

  it('sends nobody to call a lead that is decided or deleted', () => {
    const rows = rowsOf([
      sampleRow({ leadId: 'done', isOpen: false, band: 'hot', goingCold: { logit: 1, probability: 0.8 } }),
    ]);
    expect(orderOf(rows, 'now')).toEqual([]);
    expect(orderOf(rows, 'cold')).toEqual([]);
    expect(orderOf(rows, 'all')).toEqual(['done']);
  });

  it('puts who is worth most first under Going cold', () => {
    const odds = (conversion: number, cold: number): Partial<Row> => ({
      conversion: { logit: 0, probability: conversion },
      goingCold: { logit: 0, probability: cold },
    });
    const rows = rowsOf([
      sampleRow({ leadId: 'hopeless', ...odds(0.01, 0.9) }),
      sampleRow({ leadId: 'losing', ...odds(0.2, 0.6) }),
      sampleRow({ leadId: 'safe', ...odds(0.3, 0.2) }),
      sampleRow({ leadId: 'thin', band: 'unknown', ...odds(0.3, 0.9) }),
    ]);
    expect(orderOf(rows, 'cold')).toEqual(['losing', 'hopeless']);
  });

  it('puts never touched leads last under All', () => {
    const rows = rowsOf([
      sampleRow({ leadId: 'never', lastTouchAtMs: null }),
      sampleRow({ leadId: 'old', lastTouchAtMs: 1 }),
      sampleRow({ leadId: 'new', lastTouchAtMs: 2 }),
    ]);
    expect(orderOf(rows, 'all')).toEqual(['new', 'old', 'never']);
  });
});

describe('changesBetween', () => {
  it.each([
    ['nothing', 'abc', 'abc', 0],
    ['one row that moved, not the two it passed', 'abc', 'cab', 1],
    ['a swap as one', 'abcd', 'acbd', 1],
    ['rows that appear and vanish', 'abc', 'bxyc', 3],
    ['everything from empty', '', 'abc', 3],
  ])('counts %s', (_, shown, wanted, changes) => {
    expect(changesBetween(shown.split(''), wanted.split(''))).toBe(changes);
  });
});

describe('countsOf', () => {
  it('adds up', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const unique = rowsOf(rows);
        const counts = countsOf(unique.values());
        expect(counts.now).toBe(orderOf(unique, 'now').length);
        expect(counts.goingCold).toBe(orderOf(unique, 'cold').length);
        expect(counts.all).toBe(unique.size);
      }),
    );
  });
});
