import type { LeadState } from '../features/state.ts';
import { FEATURES, featuresInto } from '../features/table.ts';

const FIRST_CAPACITY = 16;

/** As many as there ever were batches under way at a time. */
const released: FeatureRows[] = [];

/** Features of a batch of leads in one flat array, one lead after the other; it grows by powers of two and is reused. */
export class FeatureRows {
  /** Features of one lead. */
  readonly width: number;
  /** `count` rows; what lies behind them means nothing. */
  values: Float64Array<ArrayBuffer>;
  count = 0;

  constructor(width: number = FEATURES.length) {
    this.width = width;
    this.values = new Float64Array(FIRST_CAPACITY * width);
  }

  static of(rows: readonly Float64Array[], width?: number): FeatureRows {
    const all = new FeatureRows(width);
    for (const row of rows) all.push(row);
    return all;
  }

  /** Empty rows of our features: some that were released, or new ones. */
  static take(): FeatureRows {
    const rows = released.pop() ?? new FeatureRows();
    rows.count = 0;
    return rows;
  }

  /** Lends the array to the next batch; the rows must not be used again. */
  release(): void {
    if (!released.includes(this)) released.push(this);
  }

  /** Adds a lead as it stands at `nowMs`, or at its last event where that is later. */
  add(state: LeadState, nowMs: number): void {
    const offset = this.#next(); // Before `values` is looked at: it may be another array afterwards.
    featuresInto(state, nowMs, this.values, offset);
  }

  /** Adds a lead by its features. */
  push(row: Float64Array): void {
    if (row.length !== this.width) throw new RangeError(`a row has ${this.width} features, not ${row.length}`);
    const offset = this.#next();
    this.values.set(row, offset);
  }

  /** The features of one lead where they lie: they end with `release`, or with the next row. */
  view(row: number): Float64Array {
    return this.values.subarray(row * this.width, (row + 1) * this.width);
  }

  /** The features of all leads, copied at once: they may be kept after `release`. */
  all(): readonly Float64Array[] {
    const kept = this.values.slice(0, this.count * this.width);
    return Array.from({ length: this.count }, (_, row) => kept.subarray(row * this.width, (row + 1) * this.width));
  }

  /** Makes room for one more row and says where it begins. */
  #next(): number {
    const offset = this.count * this.width;
    if (offset === this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.count += 1;
    return offset;
  }
}
