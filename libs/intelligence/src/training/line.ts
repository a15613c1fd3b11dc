import { oddsOf } from './logits.ts';
import { lossOf } from './residuals.ts';

/** A straight line from one log-odds to another: `shift + slope * x`. */
export interface Line {
  readonly shift: number;
  readonly slope: number;
}

/** What is believed of a line: a normal distribution of shift and slope. */
export interface LineBelief extends Line {
  readonly variance: { readonly shift: number; readonly slope: number; readonly both: number };
}

/** Symmetric, of two by two. */
interface Matrix {
  readonly shift: number;
  readonly slope: number;
  readonly both: number;
}

const ROUNDS = 50;
const ENOUGH = 1e-9;
const MOST_HALVINGS = 30;

/**
 * What rows teach about a line: the mode of what is believed afterwards, and its variance there (Laplace's approximation), by
 * Newton's method with halved steps.
 */
export function learnedLine(xs: readonly number[], labels: readonly number[], before: LineBelief): LineBelief {
  const prior = inverse(before.variance);
  let at: Line = before;
  let value = objective(at, xs, labels, before, prior);
  let curvature = prior;
  for (let round = 0; round < ROUNDS; round += 1) {
    const slopes = derivatives(at, xs, labels, before, prior);
    curvature = slopes.curvature;
    const step = times(inverse(curvature), slopes.gradient);
    let share = 1;
    let next = moved(at, step, share);
    let there = objective(next, xs, labels, before, prior);
    for (let halving = 0; there > value && halving < MOST_HALVINGS; halving += 1) {
      share /= 2;
      next = moved(at, step, share);
      there = objective(next, xs, labels, before, prior);
    }
    if (!(there < value)) break;
    const gained = value - there;
    [at, value] = [next, there];
    if (gained < ENOUGH) break;
  }
  return { shift: at.shift, slope: at.slope, variance: inverse(curvature) };
}

/** Log loss, and half the distance from what was believed. */
function objective(at: Line, xs: readonly number[], labels: readonly number[], before: Line, prior: Matrix): number {
  const away = { shift: at.shift - before.shift, slope: at.slope - before.slope };
  const back = times(prior, away);
  const start = (away.shift * back.shift + away.slope * back.slope) / 2;
  return xs.reduce((sum, x, row) => sum + lossOf(at.shift + at.slope * x, labels[row] ?? 0), start);
}

function derivatives(at: Line, xs: readonly number[], labels: readonly number[], before: Line, prior: Matrix) {
  const gradient = { ...times(prior, { shift: at.shift - before.shift, slope: at.slope - before.slope }) };
  const curvature = { ...prior };
  for (const [row, x] of xs.entries()) {
    const odds = oddsOf(at.shift + at.slope * x);
    const [off, curve] = [odds - (labels[row] ?? 0), odds * (1 - odds)];
    gradient.shift += off;
    gradient.slope += off * x;
    curvature.shift += curve;
    curvature.both += curve * x;
    curvature.slope += curve * x * x;
  }
  return { gradient, curvature };
}

function moved(from: Line, step: Line, share: number): Line {
  return { shift: from.shift - share * step.shift, slope: from.slope - share * step.slope };
}

function times({ shift, slope, both }: Matrix, line: Line): Line {
  return { shift: shift * line.shift + both * line.slope, slope: both * line.shift + slope * line.slope };
}

function inverse({ shift, slope, both }: Matrix): Matrix {
  const determinant = shift * slope - both ** 2;
  return { shift: slope / determinant, slope: shift / determinant, both: -both / determinant };
}
