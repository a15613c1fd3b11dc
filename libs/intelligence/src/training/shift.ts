import { oddsOf } from './logits.ts';

/** What is believed of a shift in log-odds: a normal distribution. */
export interface Belief {
  readonly mean: number;
  readonly variance: number;
}

const ROUNDS = 60;
const ENOUGH = 1e-9;
/** Of Newton's steps, so that the first ones do not run away where all labels are the same. */
const LONGEST_STEP = 2;

/**
 * What rows teach about by how much their log-odds are off: the mode of what is believed afterwards, and its variance there
 * (Laplace's approximation), by Newton's method.
 * @param weights Of each row, as a share of a lead.
 */
export function learnedShift(
  logits: readonly number[],
  labels: readonly number[],
  weights: readonly number[],
  before: Belief,
): Belief {
  let mean = before.mean;
  let precision = 1 / before.variance;
  for (let round = 0; round < ROUNDS; round += 1) {
    let gradient = (mean - before.mean) / before.variance;
    precision = 1 / before.variance;
    for (const [row, logit] of logits.entries()) {
      const odds = oddsOf(logit + mean);
      const weight = weights[row] ?? 1;
      gradient += weight * (odds - (labels[row] ?? 0));
      precision += weight * odds * (1 - odds);
    }
    const step = Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, gradient / precision));
    mean -= step;
    if (Math.abs(step) < ENOUGH) break;
  }
  return { mean, variance: 1 / precision };
}
