import type { BinSums } from './leaves.ts';
import { NO_STEP, type Residuals, type Watched } from './residuals.ts';

/** What the mean log loss must fall by for boosting to go on: less is not worth the rounds. */
const LEAST_PROGRESS = 1e-5;

/** What one shape is made of: the bins of its rows, here and where it is watched, and the step that sums of bins lead to. */
export interface Term {
  readonly bins: Uint8Array;
  readonly watchedBins: Uint8Array;
  /** Of each bin. */
  readonly rows: Float64Array;
  readonly stepOf: (sums: BinSums) => Float64Array;
}

export interface Rounds {
  readonly maxRounds: number;
  readonly learningRate: number;
  /** Rounds without a better loss on the watched rows after which boosting ends. */
  readonly patience: number;
}

export interface Boosted {
  /** One per term: what each bin adds. */
  readonly shapes: readonly Float64Array[];
  readonly rounds: number;
  /** Mean log loss on the watched rows, before and at the best round. */
  readonly lossBefore: number;
  readonly loss: number;
}

/** A shape while it grows. */
interface Growing {
  readonly term: Term;
  readonly shape: Float64Array;
  readonly sums: BinSums;
}

/**
 * Additive shapes by cyclic gradient boosting: each round goes once through the terms and gives each a small step on what the
 * others left over, so that none takes what belongs to another (Lou, Caruana and Gehrke, 2012; Lou et al., 2013). It ends where
 * the watched rows gain nothing more.
 */
export function boost(
  terms: readonly Term[],
  residuals: Residuals,
  watched: Watched,
  rules: Rounds,
  onRound: (round: number, loss: number) => void = () => undefined,
): Boosted {
  const growing = terms.map(growingOf);
  const lossBefore = watched.loss();
  let best = { rounds: 0, loss: lossBefore, shapes: growing.map(({ shape }) => shape.slice()) };
  let mark = { round: 0, loss: lossBefore };
  for (let round = 1; round <= rules.maxRounds && round - mark.round <= rules.patience; round += 1) {
    goRound(growing, residuals, rules.learningRate, ({ watchedBins }, step) => watched.add(watchedBins, step));
    const loss = watched.loss();
    onRound(round, loss);
    if (loss < best.loss) best = { rounds: round, loss, shapes: growing.map(({ shape }) => shape.slice()) };
    if (loss < mark.loss - LEAST_PROGRESS) mark = { round, loss };
  }
  return { ...best, lossBefore };
}

/** As many rounds as it is told, whatever comes of them. */
export function boostBlindly(
  terms: readonly Term[],
  residuals: Residuals,
  rounds: number,
  learningRate: number,
): readonly Float64Array[] {
  const growing = terms.map(growingOf);
  for (let round = 0; round < rounds; round += 1) goRound(growing, residuals, learningRate, () => undefined);
  return growing.map(({ shape }) => shape);
}

function goRound(
  growing: readonly Growing[],
  residuals: Residuals,
  learningRate: number,
  onStep: (term: Term, step: Float64Array) => void,
): void {
  residuals.renew();
  let added = { bins: growing[0]?.term.bins ?? new Uint8Array(), step: NO_STEP };
  for (const { term, shape, sums } of growing) {
    residuals.addAndSum(added.bins, added.step, term.bins, sums.gradient, sums.hessian);
    const step = term.stepOf(sums).map((value) => value * learningRate);
    for (const [bin, value] of step.entries()) shape[bin] = (shape[bin] ?? 0) + value;
    onStep(term, step);
    added = { bins: term.bins, step };
  }
  residuals.add(added.bins, added.step);
}

function growingOf(term: Term): Growing {
  const { rows } = term;
  const empty = () => new Float64Array(rows.length);
  return { term, shape: empty(), sums: { gradient: empty(), hessian: empty(), rows } };
}
