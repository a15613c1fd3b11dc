/* oxlint-disable typescript/no-non-null-assertion -- the loops of this file run once per row, column and round, and stay within arrays of equal length */

// A look at a global for each row is slow where globals are intercepted, as in Jest.
const { exp, log1p } = Math;

/** How the rows of a table stand while a model is boosted on them: their logits, and what the log loss wants of these. */
export class Residuals {
  readonly #labels: Uint8Array;
  readonly #weights: Float64Array | null;
  readonly #logits: Float64Array;
  /** The gradient of a row at a logit is `offset + hessian * logit`. */
  readonly #offsets: Float64Array;
  readonly #hessians: Float64Array;

  constructor(labels: Uint8Array, weights: Float64Array | null, intercept: number) {
    this.#labels = labels;
    this.#weights = weights;
    this.#logits = new Float64Array(labels.length).fill(intercept);
    this.#offsets = new Float64Array(labels.length);
    this.#hessians = new Float64Array(labels.length);
  }

  /**
   * One sigmoid per row. Until the next one, gradients follow the logits in a straight line, the second order of the loss: for the
   * small steps of a round as good as a sigmoid per row and column.
   */
  renew(): void {
    const [labels, weights, logits] = [this.#labels, this.#weights, this.#logits];
    for (let row = 0; row < logits.length; row += 1) {
      const odds = 1 / (1 + exp(-logits[row]!));
      const weight = weights === null ? 1 : weights[row]!;
      const hessian = weight * odds * (1 - odds);
      this.#hessians[row] = hessian;
      this.#offsets[row] = weight * (odds - labels[row]!) - hessian * logits[row]!;
    }
  }

  add(bins: Uint8Array, step: Float64Array): void {
    const logits = this.#logits;
    for (let row = 0; row < bins.length; row += 1) logits[row]! += step[bins[row]!]!;
  }

  /** Sums of each bin, written over what `gradient` and `hessian` held. */
  sums(bins: Uint8Array, gradient: Float64Array, hessian: Float64Array): void {
    this.addAndSum(bins, NO_STEP, bins, gradient, hessian);
  }

  /** `add` of one column and `sums` of the next in one walk through memory, which is what takes the time. */
  addAndSum(
    addedBins: Uint8Array,
    step: Float64Array,
    bins: Uint8Array,
    gradient: Float64Array,
    hessian: Float64Array,
  ): void {
    const [logits, offsets, hessians] = [this.#logits, this.#offsets, this.#hessians];
    gradient.fill(0);
    hessian.fill(0);
    const whole = bins.length - (bins.length % 4);
    for (let row = 0; row < whole; row += 4) {
      const logit0 = logits[row]! + step[addedBins[row]!]!;
      const curve0 = hessians[row]!;
      logits[row] = logit0;
      gradient[bins[row]!]! += offsets[row]! + curve0 * logit0;
      hessian[bins[row]!]! += curve0;
      const logit1 = logits[row + 1]! + step[addedBins[row + 1]!]!;
      const curve1 = hessians[row + 1]!;
      logits[row + 1] = logit1;
      gradient[bins[row + 1]!]! += offsets[row + 1]! + curve1 * logit1;
      hessian[bins[row + 1]!]! += curve1;
      const logit2 = logits[row + 2]! + step[addedBins[row + 2]!]!;
      const curve2 = hessians[row + 2]!;
      logits[row + 2] = logit2;
      gradient[bins[row + 2]!]! += offsets[row + 2]! + curve2 * logit2;
      hessian[bins[row + 2]!]! += curve2;
      const logit3 = logits[row + 3]! + step[addedBins[row + 3]!]!;
      const curve3 = hessians[row + 3]!;
      logits[row + 3] = logit3;
      gradient[bins[row + 3]!]! += offsets[row + 3]! + curve3 * logit3;
      hessian[bins[row + 3]!]! += curve3;
    }
    for (let row = whole; row < bins.length; row += 1) {
      const logit = logits[row]! + step[addedBins[row]!]!;
      const curve = hessians[row]!;
      logits[row] = logit;
      gradient[bins[row]!]! += offsets[row]! + curve * logit;
      hessian[bins[row]!]! += curve;
    }
  }
}

/** For as many bins as there can be. */
export const NO_STEP = new Float64Array(256);

/** Rows that a model is not boosted on, watched for how it does there. */
export class Watched {
  readonly logits: Float64Array;
  readonly #labels: Uint8Array;
  readonly #weights: Float64Array | null;

  constructor(labels: Uint8Array, weights: Float64Array | null, intercept: number) {
    this.logits = new Float64Array(labels.length).fill(intercept);
    this.#labels = labels;
    this.#weights = weights;
  }

  add(bins: Uint8Array, step: Float64Array): void {
    for (let row = 0; row < bins.length; row += 1) this.logits[row]! += step[bins[row]!]!;
  }

  /** Mean log loss. */
  loss(): number {
    const { logits } = this;
    let [total, all] = [0, 0];
    for (let row = 0; row < logits.length; row += 1) {
      const weight = this.#weights === null ? 1 : this.#weights[row]!;
      total += weight * lossOf(logits[row]!, this.#labels[row]!);
      all += weight;
    }
    return total / all;
  }

  /** Log loss of each row. */
  losses(): Float64Array {
    return this.logits.map((logit, row) => lossOf(logit, this.#labels[row]!));
  }
}

/** Log loss of one row, without overflow on either side. */
export function lossOf(logit: number, label: number): number {
  const towards = label === 1 ? logit : -logit;
  return towards > 0 ? log1p(exp(-towards)) : log1p(exp(towards)) - towards;
}

export function gathered(bins: Uint8Array, rows: Uint32Array): Uint8Array {
  const some = new Uint8Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) some[at] = bins[rows[at]!]!;
  return some;
}

/** The cell of each row in a grid of two columns, row by row of the grid. */
export function cellsOf(first: Uint8Array, second: Uint8Array, width: number): Uint8Array {
  const cells = new Uint8Array(first.length);
  for (let row = 0; row < cells.length; row += 1) cells[row] = first[row]! * width + second[row]!;
  return cells;
}

export function rowsPerBin(bins: Uint8Array, count: number): Float64Array {
  const rows = new Float64Array(count);
  for (let row = 0; row < bins.length; row += 1) rows[bins[row]!]! += 1;
  return rows;
}
