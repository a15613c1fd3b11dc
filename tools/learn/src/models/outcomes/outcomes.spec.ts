import { describe, expect, it } from '@jest/globals';
import { calibrationTable } from './calibration-table.ts';
import { scoreDifferences } from './score-differences.ts';

const logitOf = (odds: number): number => Math.log(odds / (1 - odds));

describe('a table of calibration', () => {
  it('holds decisions of similar odds against what came true', () => {
    const odds = [0.3, 0.1, 0.1, 0.3];
    const [low, high] = calibrationTable(odds, [1, 0, 0, 0], 2);
    expect(low).toMatchObject({ decisions: 2, foretold: 0.1, cameTrue: 0 });
    expect(high).toMatchObject({ decisions: 2, foretold: 0.3, cameTrue: 0.5 });
    expect(low?.low).toBe(0);
    expect(low?.high).toBeCloseTo(0.658, 3); // Wilson's bound for 0 of 2.
    expect(high?.low).toBeCloseTo(0.095, 3);
    expect(high?.high).toBeCloseTo(0.905, 3);
  });

  it('leaves out bins that nothing falls into', () => {
    expect(calibrationTable([0.5], [1]).map(({ decisions }) => decisions)).toEqual([1]);
    expect(calibrationTable([], [])).toEqual([]);
  });
});

describe('differences of scores', () => {
  it('are told in odds, with the bands that change', () => {
    const pairs = [
      [0.05, 0.05],
      [0.05, 0.15],
      [0.13, 0.07],
    ].map(([a = 0, b = 0]) => [logitOf(a), logitOf(b)] as const);
    const found = scoreDifferences(pairs);
    expect(found).toMatchObject({ decisions: 3, bands: { 'cool → hot': 1, 'hot → warm': 1 } });
    expect(found.mean).toBeCloseTo(0.04 / 3, 10);
    expect(found.meanSize).toBeCloseTo(0.16 / 3, 10);
    expect(found.largest).toBeCloseTo(0.1, 10);
  });

  it('of nothing are nothing', () => {
    expect(scoreDifferences([])).toEqual({ decisions: 0, mean: 0, meanSize: 0, largest: 0, bands: {} });
  });
});
