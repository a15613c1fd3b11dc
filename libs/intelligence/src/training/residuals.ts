/* oxlint-disable typescript/no-non-null-assertion -- the loops of this file run once per row, column and round, and stay within arrays of equal length */

/** How the rows of a table stand while a model is boosted on them: their logits, and what the log loss wants of these. */
export class Residuals {
  readonly #labels: Uint8Array;
  readonly #weights: Float64Array | null;
  readonly #logits: Float64Array;
  readonly #gradients: Float64Array;
  readonly #hessians: Float64Array;

  constructor(labels: Uint8Array, weights: Float64Array | null, intercept: number) {
    this.#labels = labels;
    this.#weights = weights;
    this.#logits = new Float64Array(labels.length).fill(intercept);
    this.#gradients = new Float64Array(labels.length);
    this.#hessians = new Float64Array(labels.length);
  }

  /**
   * One sigmoid per row. Until the next one, gradients follow the steps by their hessians: the second order of the loss, which
   * for the small steps of a round is as good and spares a sigmoid per row and column.
   */
  renew(): void {
    const [labels, weights, logits] = [this.#labels, this.#weights, this.#logits];
    for (let row = 0; row < logits.length; row += 1) {
      const odds = 1 / (1 + Math.exp(-logits[row]!));
      const weight = weights === null ? 1 : weights[row]!;
      this.#gradients[row] = weight * (odds - labels[row]!);
      this.#hessians[row] = weight * odds * (1 - odds);
    }
  }

  /** Sums of each bin, written over what `gradient` and `hessian` held. */
  sums(bins: Uint8Array, gradient: Float64Array, hessian: Float64Array): void {
    const [gradients, hessians] = [this.#gradients, this.#hessians];
    gradient.fill(0);
    hessian.fill(0);
    for (let row = 0; row < bins.length; row += 1) {
      const bin = bins[row]!;
      gradient[bin]! += gradients[row]!;
      hessian[bin]! += hessians[row]!;
    }
  }

  add(bins: Uint8Array, step: Float64Array): void {
    const [logits, gradients, hessians] = [this.#logits, this.#gradients, this.#hessians];
    for (let row = 0; row < bins.length; row += 1) {
      const by = step[bins[row]!]!;
      logits[row]! += by;
      gradients[row]! += hessians[row]! * by;
    }
  }
}

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
  return towards > 0 ? Math.log1p(Math.exp(-towards)) : Math.log1p(Math.exp(towards)) - towards;
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
