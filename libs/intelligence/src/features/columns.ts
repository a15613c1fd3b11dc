import type { NumberColumn } from '../training/training-table.ts';
import type { Feature } from './feature.ts';
import { FEATURES } from './table.ts';

/**
 * Rows of features as the columns of a training table, in the order of FEATURES.
 * @param target Which way a warmer lead moves the odds: up for conversion, down for going cold.
 */
export function columnsOf(rows: readonly Float64Array[], target: 'conversion' | 'goingCold'): readonly NumberColumn[] {
  return FEATURES.map((feature: Feature, index) => ({
    kind: 'number',
    name: feature.name,
    values: Float64Array.from(rows, (row) => row[index] ?? Number.NaN),
    monotone: monotoneOf(feature, target),
  }));
}

function monotoneOf({ more }: Feature, target: 'conversion' | 'goingCold'): NumberColumn['monotone'] {
  if (more === undefined) return null;
  return (more === 'warming') === (target === 'conversion') ? 'rising' : 'falling';
}
