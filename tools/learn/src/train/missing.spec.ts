import { describe, expect, it } from '@jest/globals';
import { missingIn } from './missing.ts';

/** So many leads with two rows each, the first of them with the outcome. */
function table(leads: number, positives: number) {
  const rows = Array.from({ length: 2 * leads }, (_, row) => row);
  return {
    columns: [],
    labels: Uint8Array.from(rows, (row) => Number(row >> 1 < positives)),
    atMs: Float64Array.from(rows),
    groups: Int32Array.from(rows, (row) => row >> 1),
  };
}

describe('missingIn', () => {
  it('lacks nothing at 1,000 leads and 120 with the outcome', () => {
    expect(missingIn('conversion', table(1_000, 120))).toEqual([]);
  });

  it('counts leads, not rows', () => {
    expect(missingIn('conversion', table(999, 119))).toEqual([
      '999 leads whose outcome is known, 1000 are needed',
      '119 leads that converted, 120 are needed',
    ]);
  });

  it('names positives and leads where there are none', () => {
    expect(missingIn('goingCold', table(2_000, 0))).toEqual(['0 leads that went cold, 120 are needed']);
    expect(missingIn('goingCold', table(0, 0))).toHaveLength(2);
  });
});
