/** What a set of predictions is worth; all in [0, 1] but `lift20`. */
export interface Metrics {
  /** Area under the ROC curve; ties count half (Hanley and McNeil, 1982). */
  readonly auc: number;
  /** Average precision: the precision at each positive found, from the top down. */
  readonly prAuc: number;
  /** Mean squared error of the odds. */
  readonly brier: number;
  /** Expected calibration error over 10 bins of equal count. */
  readonly ece: number;
  /** How much more often the top fifth converts than all. */
  readonly lift20: number;
}

const CALIBRATION_BINS = 10;
const TOP_SHARE = 0.2;

/**
 * Predictions with equal odds are never told apart: where a bin or the top fifth ends among them, it holds a share of each.
 * @param labels 0 or 1.
 * @param odds Predicted probability of 1, of the same length.
 * @throws RangeError when lengths differ, odds are not in [0, 1], or there are no positives or no negatives.
 */
export function metricsOf(labels: ArrayLike<number>, odds: ArrayLike<number>): Metrics {
  const ranked = rankedOf(labels, odds);
  const { positives, all } = ranked.count(null);
  if (positives === 0) throw new RangeError('there are no positives: nothing can be said about ranks');
  if (positives === all) throw new RangeError('there are no negatives: nothing can be said about ranks');
  return ranked.metrics();
}

/** Predictions from the highest odds down, those with equal odds as one block, sorted once for as many weightings as it takes. */
export interface Ranked {
  /** Weighs each row by `weights`, one per row; null: all count 1. */
  count(weights: ArrayLike<number> | null): { readonly positives: number; readonly all: number };
  /** Of what was counted last. There must have been both positives and negatives. */
  metrics(): Metrics;
}

/** @throws RangeError when lengths differ or odds are not in [0, 1]. */
export function rankedOf(labels: ArrayLike<number>, odds: ArrayLike<number>): Ranked {
  if (labels.length !== odds.length) throw new RangeError(`${labels.length} labels for ${odds.length} predictions`);
  for (let row = 0; row < odds.length; row += 1) {
    if (!(at(odds, row) >= 0 && at(odds, row) <= 1)) throw new RangeError(`odds of ${at(odds, row)} are not in [0, 1]`);
  }
  return new RankedBlocks(labels, odds);
}

class RankedBlocks implements Ranked {
  /** Which block a row is in. */
  readonly #blockOf: Uint32Array;
  readonly #labels: ArrayLike<number>;
  /** Odds of each block, falling. */
  readonly #odds: Float64Array;
  readonly #weights: Float64Array;
  readonly #positives: Float64Array;

  constructor(labels: ArrayLike<number>, odds: ArrayLike<number>) {
    const order = Uint32Array.from({ length: odds.length }, (_, row) => row).toSorted(
      (a, b) => at(odds, b) - at(odds, a),
    );
    this.#labels = labels;
    this.#blockOf = new Uint32Array(odds.length);
    const falling: number[] = [];
    for (const row of order) {
      if (falling.at(-1) !== at(odds, row)) falling.push(at(odds, row));
      this.#blockOf[row] = falling.length - 1;
    }
    this.#odds = Float64Array.from(falling);
    this.#weights = new Float64Array(falling.length);
    this.#positives = new Float64Array(falling.length);
  }

  count(weights: ArrayLike<number> | null): { readonly positives: number; readonly all: number } {
    const [blockOf, inBlock, positivesIn] = [this.#blockOf, this.#weights.fill(0), this.#positives.fill(0)];
    let [positives, all] = [0, 0];
    for (let row = 0; row < blockOf.length; row += 1) {
      const weight = weights === null ? 1 : at(weights, row);
      if (weight === 0) continue;
      const block = at(blockOf, row);
      const positive = weight * at(this.#labels, row);
      inBlock[block] = at(inBlock, block) + weight;
      positivesIn[block] = at(positivesIn, block) + positive;
      positives += positive;
      all += weight;
    }
    return { positives, all };
  }

  metrics(): Metrics {
    const [inBlock, positivesIn] = [this.#weights, this.#positives];
    const [all, positives] = [sum(inBlock), sum(positivesIn)];
    let [above, found, concordant, area, squares] = [0, 0, 0, 0, 0];
    for (let block = 0; block < inBlock.length; block += 1) {
      const [weight, positive, odds] = [at(inBlock, block), at(positivesIn, block), at(this.#odds, block)];
      const negative = weight - positive;
      concordant += negative * (found + positive / 2);
      above += weight;
      found += positive;
      if (above > 0) area += positive * (found / above);
      squares += positive * (1 - odds) ** 2 + negative * odds ** 2;
    }
    return {
      auc: concordant / (positives * (all - positives)),
      prAuc: area / positives,
      brier: squares / all,
      ece: this.#calibrationError(all),
      lift20: this.#foundInTop(all * TOP_SHARE) / TOP_SHARE / positives,
    };
  }

  #calibrationError(all: number): number {
    const perBin = all / CALIBRATION_BINS;
    let [error, gap, room] = [0, 0, perBin];
    for (let block = 0; block < this.#weights.length; block += 1) {
      const perWeight = at(this.#odds, block) - at(this.#positives, block) / (at(this.#weights, block) || 1);
      let left = at(this.#weights, block);
      while (left > room) {
        error += Math.abs(gap + room * perWeight);
        left -= room;
        [gap, room] = [0, perBin];
      }
      gap += left * perWeight;
      room -= left;
    }
    return (error + Math.abs(gap)) / all;
  }

  #foundInTop(weight: number): number {
    let [room, found] = [weight, 0];
    for (let block = 0; block < this.#weights.length && room > 0; block += 1) {
      const share = Math.min(1, room / (at(this.#weights, block) || 1));
      found += share * at(this.#positives, block);
      room -= at(this.#weights, block);
    }
    return found;
  }
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
