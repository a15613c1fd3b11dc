import type { BinnedColumn, BinnedTable } from './binned-table.ts';
import { boost, boostBlindly, type Boosted, type Rounds, type Term } from './boost.ts';
import { gridStep } from './grids.ts';
import { type LeafRules, stepOf } from './leaves.ts';
import { cellsOf, gathered, NO_STEP, Residuals, rowsPerBin, Watched } from './residuals.ts';

/** Indexes of two columns, the smaller first. */
export type Pair = readonly [number, number];

/** Which rows a bag is boosted on, and on which it is watched: a row is in one of them at most. */
export interface BagRows {
  readonly fit: Uint32Array;
  readonly watched: Uint32Array;
}

export interface BagRules extends Rounds {
  readonly leaves: LeafRules;
  /** Each round of pairs is short, so they may take larger steps. */
  readonly pairLearningRate: number;
  readonly pairLeaves: Omit<LeafRules, 'maxLeaves'>;
}

/**
 * A trial has as many rounds for every pair, none chosen by how it does on the watched rows: else these would speak for whatever
 * fits them by chance.
 */
const TRIAL = { rounds: 12, learningRate: 0.2 };

export interface BagShapes extends Boosted {
  readonly intercept: number;
}

/** What a pair takes off the log loss of each watched row, by itself and on top of the shapes. */
export interface PairTrial {
  readonly pair: Pair;
  readonly helps: Float64Array;
}

export interface BagPairs extends Boosted {
  /** For each pair: what the log loss of each watched row would rise by without it. */
  readonly helps: readonly Float64Array[];
}

/** One of several models that are averaged in the end, boosted on a part of the rows. It is told what to do step by step. */
export class Bag {
  readonly #columns: readonly BinnedColumn[];
  readonly #fit: readonly Uint8Array[];
  readonly #watched: readonly Uint8Array[];
  readonly #rules: BagRules;
  readonly #labels: Labels;
  readonly #watchedLabels: Labels;
  readonly #intercept: number;
  #mains: readonly Float64Array[] = [];

  constructor({ columns, labels, weights }: BinnedTable, rows: BagRows, rules: BagRules) {
    this.#columns = columns;
    this.#fit = columns.map(({ bins }) => gathered(bins, rows.fit));
    this.#watched = columns.map(({ bins }) => gathered(bins, rows.watched));
    this.#labels = labelsOf(labels, weights, rows.fit);
    this.#watchedLabels = labelsOf(labels, weights, rows.watched);
    this.#intercept = baseLogit(this.#labels);
    this.#rules = rules;
  }

  /** The shapes of single columns, to be had first. */
  shapes(onRound: (round: number, loss: number) => void): BagShapes {
    const terms = this.#columns.map((column, at) => this.#columnTerm(column, at));
    const boosted = boost(terms, ...this.#start(), this.#rules, onRound);
    this.#mains = boosted.shapes;
    return { ...boosted, intercept: this.#intercept };
  }

  /** How much of what the shapes leave over each pair could explain here, in the order of `pairs`. */
  gains(pairs: readonly Pair[]): Float64Array {
    const [residuals] = this.#start();
    residuals.renew();
    const coarse = this.#coarse(this.#fit);
    return Float64Array.from(pairs, ([first, second]) => {
      const width = this.#columns[second]?.coarse.count ?? 1;
      const height = this.#columns[first]?.coarse.count ?? 1;
      const cells = cellsOf(coarse[first] ?? new Uint8Array(), coarse[second] ?? new Uint8Array(), width);
      const rows = rowsPerBin(cells, height * width);
      const [gradient, hessian] = [new Float64Array(height * width), new Float64Array(height * width)];
      residuals.sums(cells, gradient, hessian);
      return gridStep({ gradient, hessian, rows }, width, this.#rules.pairLeaves).gain;
    });
  }

  trials(pairs: readonly Pair[]): readonly PairTrial[] {
    return this.#pairTerms(pairs).map((term, at): PairTrial => {
      const [residuals, watched] = this.#start();
      const before = watched.losses();
      const [shape = NO_STEP] = boostBlindly([term], residuals, TRIAL.rounds, TRIAL.learningRate);
      watched.add(term.watchedBins, shape);
      return { pair: pairs[at] ?? [0, 0], helps: less(before, watched.losses()) };
    });
  }

  /** Pairs side by side, on top of the shapes. */
  pairs(pairs: readonly Pair[]): BagPairs {
    const terms = this.#pairTerms(pairs);
    const boosted = boost(terms, ...this.#start(), { ...this.#rules, learningRate: this.#rules.pairLearningRate });
    const [, watched] = this.#start();
    for (const [at, { watchedBins }] of terms.entries()) watched.add(watchedBins, boosted.shapes[at] ?? NO_STEP);
    const all = watched.losses();
    const helps = terms.map(({ watchedBins }, at) => {
      const shape = boosted.shapes[at] ?? NO_STEP;
      watched.add(
        watchedBins,
        shape.map((value) => -value),
      );
      const without = watched.losses();
      watched.add(watchedBins, shape);
      return boosted.rounds === 0 ? all.map(() => 0) : less(without, all);
    });
    return { ...boosted, helps };
  }

  /** Rows and watched rows as the shapes found so far have them. */
  #start(): [Residuals, Watched] {
    const residuals = new Residuals(this.#labels.labels, this.#labels.weights, this.#intercept);
    const watched = new Watched(this.#watchedLabels.labels, this.#watchedLabels.weights, this.#intercept);
    for (const [at, shape] of this.#mains.entries()) {
      residuals.add(this.#fit[at] ?? new Uint8Array(), shape);
      watched.add(this.#watched[at] ?? new Uint8Array(), shape);
    }
    return [residuals, watched];
  }

  #columnTerm(column: BinnedColumn, at: number): Term {
    const [bins, watchedBins] = [this.#fit[at] ?? new Uint8Array(), this.#watched[at] ?? new Uint8Array()];
    const rules = { ...this.#rules.leaves, monotone: column.monotone, isCategorical: column.isCategorical };
    return { bins, watchedBins, rows: rowsPerBin(bins, column.count), stepOf: (sums) => stepOf(sums, rules) };
  }

  #pairTerms(pairs: readonly Pair[]): readonly Term[] {
    const [fit, watched] = [this.#coarse(this.#fit), this.#coarse(this.#watched)];
    return pairs.map(([first, second]) => {
      const [height, width] = [this.#columns[first]?.coarse.count ?? 1, this.#columns[second]?.coarse.count ?? 1];
      const cells = (of: readonly Uint8Array[]) =>
        cellsOf(of[first] ?? new Uint8Array(), of[second] ?? new Uint8Array(), width);
      const bins = cells(fit);
      const rows = rowsPerBin(bins, height * width);
      return {
        bins,
        watchedBins: cells(watched),
        rows,
        stepOf: (sums) => gridStep(sums, width, this.#rules.pairLeaves).step,
      };
    });
  }

  #coarse(bins: readonly Uint8Array[]): readonly Uint8Array[] {
    return this.#columns.map(({ coarse }, at) => (bins[at] ?? new Uint8Array()).map((bin) => coarse.ofBin[bin] ?? 0));
  }
}

interface Labels {
  readonly labels: Uint8Array;
  readonly weights: Float64Array | null;
}

function labelsOf(labels: Uint8Array, weights: Float64Array | null, rows: Uint32Array): Labels {
  return {
    labels: gathered(labels, rows),
    weights: weights === null ? null : Float64Array.from(rows, (row) => weights[row] ?? 1),
  };
}

/** Log-odds of a positive, with half a row of each kind more so that they are finite. */
function baseLogit({ labels, weights }: Labels): number {
  let [ones, all] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const weight = weights?.[row] ?? 1;
    ones += weight * label;
    all += weight;
  }
  return Math.log((ones + 0.5) / (all - ones + 0.5));
}

function less(from: Float64Array, take: Float64Array): Float64Array {
  return from.map((value, row) => value - (take[row] ?? 0));
}
