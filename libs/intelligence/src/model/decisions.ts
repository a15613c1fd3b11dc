/** Log-odds that bound what a lead's true odds are, for 80 in 100 leads with this score. */
export interface LogitRange {
  readonly low: number;
  readonly high: number;
}

/** What a model says of one lead: `logit` = intercept + contributions, added as doubles in the order of `terms`. */
export interface Decision {
  readonly logit: number;
  readonly intercept: number;
  /** What each contribution is of: features, pairs of them, `calibration`, `tenant`. */
  readonly terms: readonly string[];
  readonly contributions: Float64Array;
  /** null where the model does not know, as a prior. */
  readonly range: LogitRange | null;
}

/** Adds in the order of terms, which is part of the meaning of a logit: another order gives other bits. */
export function sumOf(intercept: number, contributions: Float64Array): number {
  return contributions.reduce((sum, contribution) => sum + contribution, intercept);
}

/** What all decisions of one model share. */
export interface DecisionFrame {
  readonly intercept: number;
  readonly terms: readonly string[];
}

/**
 * What a model says of a batch of leads, in flat arrays: one lead after the other. The arrays are made once for
 * `capacity` leads and used again for later batches once they are released.
 */
export class Decisions {
  readonly frame: DecisionFrame;
  readonly capacity: number;
  /** Leads decided on: what lies behind them in the arrays means nothing. */
  count = 0;
  readonly logits: Float64Array<ArrayBuffer>;
  /** `count` times as many as there are terms. */
  readonly contributions: Float64Array<ArrayBuffer>;
  /** Low and high of each lead; NaN where the model does not know. */
  readonly ranges: Float64Array<ArrayBuffer>;
  readonly #giveBack: (decisions: Decisions) => void;

  constructor(frame: DecisionFrame, capacity: number, giveBack: (decisions: Decisions) => void = () => {}) {
    this.frame = frame;
    this.capacity = capacity;
    this.logits = new Float64Array(capacity);
    this.contributions = new Float64Array(capacity * frame.terms.length);
    this.ranges = new Float64Array(capacity * 2);
    this.#giveBack = giveBack;
  }

  /** The decision on one lead, copied: it may be kept after `release`. */
  at(row: number): Decision {
    const width = this.frame.terms.length;
    return this.#decision(row, this.contributions.slice(row * width, (row + 1) * width));
  }

  /** The decision on one lead where it lies: it ends with `release`. */
  view(row: number): Decision {
    const width = this.frame.terms.length;
    return this.#decision(row, this.contributions.subarray(row * width, (row + 1) * width));
  }

  /** All decisions of the batch, copied at once, which takes a tenth of the time of copying each. */
  all(): readonly Decision[] {
    const width = this.frame.terms.length;
    const kept = this.contributions.slice(0, this.count * width);
    return Array.from({ length: this.count }, (_, row) =>
      this.#decision(row, kept.subarray(row * width, (row + 1) * width)),
    );
  }

  #decision(row: number, contributions: Float64Array): Decision {
    const { intercept, terms } = this.frame;
    const low = this.ranges[row * 2] ?? Number.NaN;
    const high = this.ranges[row * 2 + 1] ?? Number.NaN;
    const range = Number.isNaN(low) || Number.isNaN(high) ? null : { low, high };
    return { logit: this.logits[row] ?? Number.NaN, intercept, terms, contributions, range };
  }

  /** Lends the arrays to the next batch. Who forgets it costs memory until it is collected, and no more. */
  release(): void {
    this.#giveBack(this);
  }
}
