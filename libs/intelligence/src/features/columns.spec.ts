import { describe, expect, it } from '@jest/globals';
import { columnsOf } from './columns.ts';
import { FEATURES } from './table.ts';

const row = (from: number): Float64Array => Float64Array.from(FEATURES, (_, index) => from + index);

describe('columnsOf', () => {
  it('turns rows into one column for each feature, in their order, missing as it was', () => {
    const [first, second] = [row(0), row(100)];
    second[1] = Number.NaN;
    const columns = columnsOf([first, second], 'conversion');
    expect(columns.map(({ name }) => name)).toEqual(FEATURES.map(({ name }) => name));
    expect(columns[0]?.values).toEqual(Float64Array.of(0, 100));
    expect(columns[1]?.values).toEqual(Float64Array.of(1, Number.NaN));
  });

  it('holds shapes to the certain directions, which turn round for going cold', () => {
    const of = (target: 'conversion' | 'goingCold') =>
      Object.fromEntries(columnsOf([], target).map(({ name, monotone }) => [name, monotone]));
    expect(of('conversion')).toMatchObject({ talks: 'rising', attempts: 'falling', hour: null });
    expect(of('goingCold')).toMatchObject({ talks: 'falling', attempts: 'rising', hour: null });
  });
});
