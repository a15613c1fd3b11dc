import type { Calibration, CalibrationKnot } from '../model/learned.ts';
import { betaCalibration, type LogitMap } from './beta.ts';
import { isotonicCalibration } from './isotonic.ts';
import { oddsOf } from './logits.ts';
import { seededRandom, seedOf } from './random.ts';
import { lossOf } from './residuals.ts';

export type CalibrationMethod = 'none' | 'beta' | 'isotonic';

export interface Calibrated {
  readonly method: CalibrationMethod;
  readonly calibration: Calibration;
  /** Mean log loss of each method on leads that it was not fitted to. */
  readonly losses: { readonly [method in CalibrationMethod]: number };
  /** Rows and leads of the slice. */
  readonly rows: number;
  readonly leads: number;
}

const FITS: { readonly [method in CalibrationMethod]: (logits: Float64Array, labels: Uint8Array) => LogitMap } = {
  none: () => (logit) => logit,
  beta: betaCalibration,
  isotonic: isotonicCalibration,
};
const METHODS: readonly CalibrationMethod[] = ['none', 'beta', 'isotonic'];
const FOLDS = 5;
// So that folds are not the numbers by which a caller with the same seed made its rows.
const FOLDING = 2_017;
const MOST_KNOTS = 20;
const ROWS_PER_KNOT = 30;
/** Half of what lies outside of 80 in 100 of a normal distribution is above this. */
const Z_80 = 1.2815515655446004;

/**
 * From sums of shapes to log-odds that hold on this slice: beta or isotonic calibration, or none, whichever has the least log loss
 * on leads that it was not fitted to.
 * @param sums Raw logits of the slice, which lies after what the model was trained on.
 * @param groups Which lead each row is of; empty: a lead per row.
 */
export function calibrate(sums: Float64Array, labels: Uint8Array, groups: Int32Array, seed: number): Calibrated {
  const losses = heldOutLosses(sums, labels, groups, seed);
  const method = METHODS.reduce((best, one) => (losses[one] < losses[best] ? one : best), 'none');
  const map = FITS[method](sums, labels);
  const leads = new Set(Array.from(sums, (_, row) => groups[row] ?? row)).size;
  return { method, calibration: { knots: knotsOf(map, sums, groups) }, losses, rows: sums.length, leads };
}

function heldOutLosses(
  sums: Float64Array,
  labels: Uint8Array,
  groups: Int32Array,
  seed: number,
): { [method in CalibrationMethod]: number } {
  const random = seededRandom(seedOf(seed, FOLDING));
  const foldOfLead = new Map<number, number>();
  const foldOf = Array.from(sums, (_, row) => {
    const lead = groups[row] ?? row;
    const fold = foldOfLead.get(lead) ?? Math.floor(random() * FOLDS);
    foldOfLead.set(lead, fold);
    return fold;
  });
  const total = { none: 0, beta: 0, isotonic: 0 };
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const fit = foldOf.flatMap((of, row) => (of === fold ? [] : [row]));
    const parts = [
      Float64Array.from(fit, (row) => sums[row] ?? 0),
      Uint8Array.from(fit, (row) => labels[row] ?? 0),
    ] as const;
    const maps = { none: FITS.none(...parts), beta: FITS.beta(...parts), isotonic: FITS.isotonic(...parts) };
    for (const [row, sum] of sums.entries()) {
      if (foldOf[row] !== fold) continue;
      for (const method of METHODS) total[method] += lossOf(maps[method](sum), labels[row] ?? 0) / sums.length;
    }
  }
  return total;
}

/** Knots at the means of equal parts of the slice, each with what its leads allow (Wilson's interval, 1927). */
function knotsOf(map: LogitMap, sums: Float64Array, groups: Int32Array): readonly CalibrationKnot[] {
  const order = [...sums.keys()].toSorted((a, b) => (sums[a] ?? 0) - (sums[b] ?? 0));
  const count = Math.max(1, Math.min(MOST_KNOTS, Math.floor(order.length / ROWS_PER_KNOT)));
  const knots: CalibrationKnot[] = [];
  for (let part = 0; part < count; part += 1) {
    const rows = order.slice(
      Math.round((part * order.length) / count),
      Math.round(((part + 1) * order.length) / count),
    );
    const sum = rows.reduce((total, row) => total + (sums[row] ?? 0), 0) / Math.max(1, rows.length);
    if (rows.length === 0 || sum <= (knots.at(-1)?.sum ?? Number.NEGATIVE_INFINITY)) continue;
    const leads = new Set(rows.map((row) => groups[row] ?? row)).size;
    knots.push({ sum, calibrated: map(sum), ...wilson(map(sum), leads) });
  }
  return withRisingBounds(knots);
}

/** What `leads` allow around log-odds, 80 in 100. */
function wilson(logit: number, leads: number): { low: number; high: number } {
  const odds = oddsOf(logit);
  const [share, z2] = [odds, Z_80 ** 2];
  const middle = (share + z2 / (2 * leads)) / (1 + z2 / leads);
  const half = (Z_80 / (1 + z2 / leads)) * Math.sqrt((share * (1 - share)) / leads + z2 / (4 * leads ** 2));
  const logitOf = (p: number) => Math.log(p / (1 - p));
  return { low: Math.min(logit, logitOf(middle - half)), high: Math.max(logit, logitOf(middle + half)) };
}

/** A lead with a higher sum is not bounded lower: neighbours tighten each other. */
function withRisingBounds(knots: readonly CalibrationKnot[]): readonly CalibrationKnot[] {
  let low = Number.NEGATIVE_INFINITY;
  const rising = knots.map((knot) => ({ ...knot, low: (low = Math.max(low, knot.low)) }));
  let high = Number.POSITIVE_INFINITY;
  return rising
    .toReversed()
    .map((knot) => ({ ...knot, high: (high = Math.min(high, knot.high)) }))
    .toReversed();
}
