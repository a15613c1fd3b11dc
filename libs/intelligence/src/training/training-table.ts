/** What is known of each row in one respect. A category's values are indexes into its `levels`. */
export type Column = NumberColumn | CategoryColumn;

interface AnyColumn {
  readonly name: string;
  /** One per row; NaN is missing. */
  readonly values: Float64Array;
}

export interface NumberColumn extends AnyColumn {
  readonly kind: 'number';
  /** The only way its shape may go. */
  readonly monotone: 'rising' | 'falling' | null;
}

export interface CategoryColumn extends AnyColumn {
  readonly kind: 'category';
  readonly levels: readonly string[];
}

/** Rows to learn from or to be judged by, column by column. */
export interface TrainingTable {
  readonly columns: readonly Column[];
  /** 1: it happened, 0: it did not. One per row. */
  readonly labels: Uint8Array;
  /** When each row was true, epoch ms; empty where the data has no time. */
  readonly atMs: Float64Array;
  /** Which lead each row is of, by any number: rows of one lead are never on both sides of a split. Empty: a lead per row. */
  readonly groups: Int32Array;
}
