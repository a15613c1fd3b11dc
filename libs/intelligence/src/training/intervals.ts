import { type Metrics, type Ranked, rankedOf } from './metrics.ts';
import { seededRandom, seedOf } from './random.ts';

/** A figure, and between what it lies in 95 of 100 samples of leads. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export type MetricsWithIntervals = { readonly [name in keyof Metrics]: Estimate };

export interface Bootstrap {
  readonly seed: number;
  readonly draws: number;
}

const NAMES = ['auc', 'prAuc', 'brier', 'ece', 'lift20'] as const;
const TAIL = 0.025;
// So that draws are not the numbers by which a caller with the same seed made its rows.
const DRAWING = 1_979;

/**
 * Metrics with intervals by the bootstrap (percentiles; Efron, 1979) over leads: rows of one lead are drawn together, as they
 * are not independent. Draws are moved by their bias: a sample drawn from a sample is calibrated worse than that is.
 * @param groups Which lead each row is of; empty: a lead per row.
 * @throws RangeError as `metricsOf`.
 */
export function metricsWithIntervals(
  labels: ArrayLike<number>,
  odds: ArrayLike<number>,
  groups: ArrayLike<number>,
  bootstrap: Bootstrap,
): MetricsWithIntervals {
  const ranked = rankedOf(labels, odds);
  return estimatesOf([ranked], groups, labels.length, bootstrap, ([metrics], name) => metrics?.[name] ?? Number.NaN);
}

/**
 * By how much `second` differs from `first` on the same rows: both are judged on each draw, so what moves both alike does not count.
 * @throws RangeError as `metricsOf`.
 */
export function differencesOf(
  labels: ArrayLike<number>,
  [first, second]: readonly [ArrayLike<number>, ArrayLike<number>],
  groups: ArrayLike<number>,
  bootstrap: Bootstrap,
): MetricsWithIntervals {
  const ranked = [rankedOf(labels, first), rankedOf(labels, second)];
  return estimatesOf(
    ranked,
    groups,
    labels.length,
    bootstrap,
    ([a, b], name) => (b?.[name] ?? Number.NaN) - (a?.[name] ?? Number.NaN),
  );
}

function estimatesOf(
  ranked: readonly Ranked[],
  groups: ArrayLike<number>,
  rows: number,
  { seed, draws }: Bootstrap,
  figureOf: (metrics: readonly Metrics[], name: keyof Metrics) => number,
): MetricsWithIntervals {
  const whole = metricsFor(ranked, null);
  if (whole === null) throw new RangeError('there are no positives or no negatives: nothing can be said about ranks');
  const weightsOf = drawing(groups, rows, seed);
  const drawn = Array.from({ length: draws }, () => metricsFor(ranked, weightsOf())).filter((one) => one !== null);
  const estimate = (name: keyof Metrics): Estimate => {
    const value = figureOf(whole, name);
    const sorted = Float64Array.from(drawn, (metrics) => figureOf(metrics, name)).toSorted();
    const bias = sorted.reduce((sum, drawnValue) => sum + (drawnValue - value) / sorted.length, 0);
    return { value, low: quantile(sorted, TAIL) - bias, high: quantile(sorted, 1 - TAIL) - bias };
  };
  const [auc, prAuc, brier, ece, lift20] = NAMES.map(estimate) as [Estimate, Estimate, Estimate, Estimate, Estimate];
  return { auc, prAuc, brier, ece, lift20 };
}

/** Null where the weights leave no positives or no negatives. */
function metricsFor(ranked: readonly Ranked[], weights: ArrayLike<number> | null): readonly Metrics[] | null {
  const all: Metrics[] = [];
  for (const one of ranked) {
    const { positives, all: rows } = one.count(weights);
    if (positives === 0 || positives === rows) return null;
    all.push(one.metrics());
  }
  return all;
}

/** How often each row is drawn, when as many leads are drawn as there are, each time anew. */
function drawing(groups: ArrayLike<number>, rows: number, seed: number): () => Uint32Array {
  const random = seededRandom(seedOf(seed, DRAWING));
  const indexes = new Map<number, number>();
  const leadOf = Uint32Array.from({ length: rows }, (_, row) => {
    const group = groups[row] ?? row;
    const index = indexes.get(group) ?? indexes.size;
    indexes.set(group, index);
    return index;
  });
  const times = new Uint32Array(indexes.size);
  const weights = new Uint32Array(rows);
  return () => {
    times.fill(0);
    for (let draw = 0; draw < times.length; draw += 1) {
      const lead = Math.floor(random() * times.length);
      times[lead] = (times[lead] ?? 0) + 1;
    }
    for (let row = 0; row < rows; row += 1) weights[row] = times[leadOf[row] ?? 0] ?? 0;
    return weights;
  };
}

/** Between neighbours by a straight line. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return below + (place - Math.floor(place)) * (above - below);
}
