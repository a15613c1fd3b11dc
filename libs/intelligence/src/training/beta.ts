import { oddsOf } from './logits.ts';

/** From one logit to another, never falling. */
export type LogitMap = (logit: number) => number;

const ROUNDS = 50;
const SMALLEST_STEP = 1e-10;
/** As one observation that says that the odds are right as they are: it decides nothing but keeps small slices finite. */
const PULL = 1;

/**
 * Beta calibration (Kull, Silva Filho and Flach, 2017): logit = a · ln p - b · ln(1 - p) + c with a and b not below 0, by Newton's
 * method. Identity is a = b = 1 and c = 0.
 */
export function betaCalibration(logits: ArrayLike<number>, labels: ArrayLike<number>): LogitMap {
  const rows = Array.from({ length: logits.length }, (_, row) => basisOf(logits[row] ?? 0));
  const free = fitted(rows, labels, [true, true, true]);
  const isFree = [free[0] > 0, free[1] > 0, true] as const;
  const [a, b, c] = isFree[0] && isFree[1] ? free : fitted(rows, labels, isFree);
  const [first, second] = [Math.max(0, a), Math.max(0, b)];
  return (logit) => {
    const [u, v] = basisOf(logit);
    return first * u + second * v + c;
  };
}

type Three = readonly [number, number, number];

/** ln p, -ln(1 - p) and 1. */
function basisOf(logit: number): Three {
  return [-softplus(-logit), softplus(logit), 1];
}

function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** What is not free stays 0. */
function fitted(
  rows: readonly Three[],
  labels: ArrayLike<number>,
  isFree: readonly [boolean, boolean, boolean],
): Three {
  let at: Three = [isFree[0] ? 1 : 0, isFree[1] ? 1 : 0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    const step = newtonStep(rows, labels, at, isFree);
    at = [at[0] - step[0], at[1] - step[1], at[2] - step[2]];
    if (Math.max(...step.map(Math.abs)) < SMALLEST_STEP) break;
  }
  return at;
}

function newtonStep(rows: readonly Three[], labels: ArrayLike<number>, at: Three, isFree: readonly boolean[]): Three {
  const pull: readonly number[] = [at[0] - 1, at[1] - 1, at[2]];
  const gradient = pull.map((away) => PULL * away);
  const hessian = [0, 1, 2].map((i) => [0, 1, 2].map((j): number => (i === j ? PULL : 0)));
  for (const [row, basis] of rows.entries()) {
    const odds = oddsOf(at[0] * basis[0] + at[1] * basis[1] + at[2]);
    const [off, curve] = [odds - (labels[row] ?? 0), odds * (1 - odds)];
    for (const [i, value] of basis.entries()) {
      gradient[i] = (gradient[i] ?? 0) + off * value;
      const line = hessian[i] ?? [];
      for (const [j, other] of basis.entries()) line[j] = (line[j] ?? 0) + curve * value * other;
    }
  }
  for (const i of [0, 1, 2]) {
    if (isFree[i] === true) continue;
    gradient[i] = 0;
    for (const j of [0, 1, 2]) {
      (hessian[i] ?? [])[j] = i === j ? 1 : 0;
      (hessian[j] ?? [])[i] = i === j ? 1 : 0;
    }
  }
  const [a = 0, b = 0, c = 0] = solved(hessian, gradient);
  return [a, b, c];
}

/** x of A x = b for a symmetric positive definite A, by elimination. */
export function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const lines = matrix.map((line, at) => [...line, right[at] ?? 0]);
  for (const [at, pivot] of lines.entries()) {
    for (const line of lines.slice(at + 1)) {
      const factor = (line[at] ?? 0) / (pivot[at] ?? 1);
      for (let j = at; j < line.length; j += 1) line[j] = (line[j] ?? 0) - factor * (pivot[j] ?? 0);
    }
  }
  const x = right.map(() => 0);
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? [];
    let rest = line[right.length] ?? 0;
    for (let j = at + 1; j < right.length; j += 1) rest -= (line[j] ?? 0) * (x[j] ?? 0);
    x[at] = rest / (line[at] ?? 1);
  }
  return x;
}
