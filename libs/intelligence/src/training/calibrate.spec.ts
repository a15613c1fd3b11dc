import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { betaCalibration } from './beta.ts';
import { calibrate } from './calibrate.ts';
import { isotonicCalibration, poolAdjacentViolators } from './isotonic.ts';
import { calibratedLogit, oddsOf } from './logits.ts';
import { seededRandom } from './random.ts';

/** Scores in [-3, 3) and labels that follow another logit. */
function drawn(rows: number, truth: (logit: number) => number, seed = 1) {
  const random = seededRandom(seed);
  const logits = Float64Array.from({ length: rows }, () => random() * 6 - 3);
  return { logits, labels: Uint8Array.from(logits, (logit) => (random() < oddsOf(truth(logit)) ? 1 : 0)) };
}

const NO_GROUPS = new Int32Array();

describe('betaCalibration', () => {
  it('finds the line that made the labels, which is one of its curves', () => {
    const { logits, labels } = drawn(20_000, (logit) => 0.5 * logit - 1);
    const map = betaCalibration(logits, labels);
    for (const logit of [-2, 0, 2]) expect(Math.abs(map(logit) - (0.5 * logit - 1))).toBeLessThan(0.15);
  });

  it('never falls, even where the labels do', () => {
    const { logits, labels } = drawn(2_000, (logit) => -2 * logit);
    const map = betaCalibration(logits, labels);
    for (let logit = -5; logit < 5; logit += 0.5) expect(map(logit + 0.5)).toBeGreaterThanOrEqual(map(logit));
  });

  it('stays finite with a handful of rows of one kind', () => {
    expect(betaCalibration([0.5, 1], [1, 1])(10)).toBeLessThan(20);
  });
});

describe('poolAdjacentViolators', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 1 })), {
    minLength: 1,
    maxLength: 40,
  });

  it('pools what one would pool by hand', () => {
    const blocks = poolAdjacentViolators([1, 2, 3, 4], [0, 1, 0, 1]);
    expect(blocks.map(({ rows: of, ones }) => [ones, of])).toEqual([
      [0, 1],
      [1, 2],
      [1, 1],
    ]);
  });

  it('rises, keeps every row, and is no further from the labels than any other rising step', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 10 }), (of, cut) => {
        const blocks = poolAdjacentViolators(
          of.map(([score]) => score),
          of.map(([, label]) => label),
        );
        const rates = blocks.map(({ ones, rows: count }) => ones / count);
        expect(rates).toEqual(rates.toSorted((a, b) => a - b));
        expect(blocks.reduce((sum, block) => sum + block.rows, 0)).toBe(of.length);
        const error = blocks.reduce((sum, { ones, rows: count }) => sum + ones - ones ** 2 / count, 0);
        expect(error).toBeLessThanOrEqual(stepError(of, cut) + 1e-9);
      }),
    );
  });

  /** Squared error of the best rates below and above a cut, where these rise; else of one rate for all. */
  function stepError(of: readonly (readonly [number, number])[], cut: number): number {
    const errorOf = (labels: readonly number[]) => {
      const mean = labels.reduce((sum, label) => sum + label, 0) / Math.max(1, labels.length);
      return { mean, error: labels.reduce((sum, label) => sum + (label - mean) ** 2, 0) };
    };
    const below = errorOf(of.filter(([score]) => score < cut).map(([, label]) => label));
    const above = errorOf(of.filter(([score]) => score >= cut).map(([, label]) => label));
    return below.mean <= above.mean ? below.error + above.error : errorOf(of.map(([, label]) => label)).error;
  }

  it('makes a calibration that never falls', () => {
    const { logits, labels } = drawn(300, (logit) => Math.sin(3 * logit));
    const map = isotonicCalibration(logits, labels);
    for (let logit = -4; logit < 4; logit += 0.1) expect(map(logit + 0.1)).toBeGreaterThanOrEqual(map(logit) - 1e-9);
  });
});

describe('calibrate', () => {
  it('leaves odds alone that hold', () => {
    const { logits, labels } = drawn(3_000, (logit) => logit);
    const { calibration } = calibrate(logits, labels, NO_GROUPS, 1);
    for (const logit of [-2, 0, 2]) expect(Math.abs(calibratedLogit(calibration, logit) - logit)).toBeLessThan(0.2);
  });

  it.each([
    ['a straight line', (logit: number) => 2 * logit + 1],
    ['a step', (logit: number) => (logit > 0 ? 2 : -2)],
  ])('mends odds that are off by %s', (_, truth) => {
    const { logits, labels } = drawn(6_000, truth);
    const { calibration, method, losses } = calibrate(logits, labels, NO_GROUPS, 1);
    expect(method).not.toBe('none');
    expect(losses[method]).toBeLessThan(losses.none);
    for (const logit of [-2, 2]) expect(Math.abs(calibratedLogit(calibration, logit) - truth(logit))).toBeLessThan(0.5);
  });

  it('bounds each knot by what is behind it, rising with the sum, and wider for fewer leads', () => {
    const { logits, labels } = drawn(2_000, (logit) => 0.7 * logit - 0.5);
    const { calibration, rows, leads } = calibrate(logits, labels, NO_GROUPS, 1);
    expect([rows, leads]).toEqual([2_000, 2_000]);
    for (const [at, { sum, calibrated, low, high }] of calibration.knots.entries()) {
      expect(low).toBeLessThanOrEqual(calibrated);
      expect(high).toBeGreaterThanOrEqual(calibrated);
      const before = calibration.knots[at - 1];
      if (before === undefined) continue;
      expect(sum).toBeGreaterThan(before.sum);
      expect(calibrated).toBeGreaterThanOrEqual(before.calibrated);
      expect(low).toBeGreaterThanOrEqual(before.low);
      expect(high).toBeGreaterThanOrEqual(before.high);
    }
    const tenRowsEach = Int32Array.from(logits, (_, row) => Math.floor(row / 10));
    const widthOf = ({ knots }: typeof calibration) => (knots[10]?.high ?? 0) - (knots[10]?.low ?? 0);
    // Rows lie in no order of their sums, so that a knot of 100 rows has 79 leads of 200, about.
    expect(widthOf(calibrate(logits, labels, tenRowsEach, 1).calibration)).toBeGreaterThan(widthOf(calibration));
  });

  it('holds bounds in about 80 of 100 slices', () => {
    const truth = (logit: number) => 0.7 * logit - 0.5;
    let [held, all] = [0, 0];
    for (let seed = 1; seed <= 20; seed += 1) {
      const { logits, labels } = drawn(600, truth, seed);
      for (const { sum, low, high } of calibrate(logits, labels, NO_GROUPS, 1).calibration.knots) {
        all += 1;
        held += truth(sum) >= low && truth(sum) <= high ? 1 : 0;
      }
    }
    expect(held / all).toBeGreaterThan(0.75);
  });

  it('goes on with slope 1 outside of its knots', () => {
    const calibration = {
      knots: [
        { sum: -1, calibrated: -2, low: -3, high: -1 },
        { sum: 1, calibrated: 0, low: -1, high: 1 },
      ],
    };
    expect([-3, -1, 0, 1, 3].map((sum) => calibratedLogit(calibration, sum))).toEqual([-4, -2, -1, 0, 2]);
    expect(calibratedLogit({ knots: [] }, 1.5)).toBe(1.5);
  });
});
