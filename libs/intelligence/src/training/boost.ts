import type { BinSums } from './leaves.ts';
import type { Residuals, Watched } from './residuals.ts';

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

/**
 * Additive shapes by cyclic gradient boosting: each round goes once through the terms and gives each a small step on what the
 * others left over, so that none takes what belongs to another (Lou, Caruana and Gehrke, 2012; Lou et al., 2013). Rows and watched
 * rows end up as the best round left them.
 */
export function boost(
  terms: readonly Term[],
  residuals: Residuals,
  watched: Watched,
  rules: Rounds,
  onRound: (round: number, loss: number) => void = () => undefined,
): Boosted {
  const sums = terms.map(({ rows }) => ({
    gradient: new Float64Array(rows.length),
    hessian: new Float64Array(rows.length),
    rows,
  }));
  const shapes = terms.map(({ rows }) => new Float64Array(rows.length));
  const lossBefore = watched.loss();
  let best = { rounds: 0, loss: lossBefore, shapes: shapes.map((shape) => shape.slice()) };
  for (let round = 1; round <= rules.maxRounds && round - best.rounds <= rules.patience; round += 1) {
    residuals.renew();
    for (const [at, term] of terms.entries()) {
      const [of, shape] = [sums[at], shapes[at]];
      if (of === undefined || shape === undefined) continue;
      residuals.sums(term.bins, of.gradient, of.hessian);
      const step = term.stepOf(of).map((value) => value * rules.learningRate);
      for (const [bin, value] of step.entries()) shape[bin] = (shape[bin] ?? 0) + value;
      residuals.add(term.bins, step);
      watched.add(term.watchedBins, step);
    }
    const loss = watched.loss();
    onRound(round, loss);
    if (loss < best.loss) best = { rounds: round, loss, shapes: shapes.map((shape) => shape.slice()) };
  }
  for (const [at, { bins, watchedBins }] of terms.entries()) {
    const back = shapes[at]?.map((value, bin) => (best.shapes[at]?.[bin] ?? 0) - value);
    if (back === undefined) continue;
    residuals.add(bins, back);
    watched.add(watchedBins, back);
  }
  return { ...best, lossBefore };
}
