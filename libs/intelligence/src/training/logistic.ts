import { lowestPoint } from './lbfgs.ts';
import { oddsOf } from './logits.ts';
import { lossOf } from './residuals.ts';
import type { Column, TrainingTable } from './training-table.ts';

/** The challenger that is reported beside every model: what a straight line can do on the same columns. */
export interface LogisticModel {
  readonly intercept: number;
  readonly terms: readonly LogisticTerm[];
}

export type LogisticTerm =
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly mean: number;
      readonly deviation: number;
      /** Of one standard deviation. */
      readonly weight: number;
      readonly missing: number;
    }
  | {
      readonly kind: 'category';
      readonly name: string;
      /** One per level. */
      readonly weights: readonly number[];
      readonly missing: number;
    };

export interface LogisticOptions {
  /** Strength of the pull of all weights to 0, as scikit-learn's 1 / C. */
  readonly l2: number;
  readonly maxRounds: number;
}

export const LOGISTIC_DEFAULTS: LogisticOptions = { l2: 1, maxRounds: 300 };

/** Largest slope of the mean loss at which the weights count as found. */
const TOLERANCE = 1e-7;

/** Where in the weights each row of a column reads: `index[row]`, times `scale[row]` where it is a number. */
interface Encoded {
  readonly index: Int32Array;
  /** Null: all 1. */
  readonly scale: Float64Array | null;
}

/**
 * Logistic regression on standardised numbers and one weight per level, each column with a weight for missing, with an L2 penalty
 * on all weights but the intercept, by L-BFGS.
 */
export function trainLogistic(fit: TrainingTable, options: Partial<LogisticOptions> = {}): LogisticModel {
  const { l2, maxRounds } = { ...LOGISTIC_DEFAULTS, ...options };
  const empty = fit.columns.map(emptyTerm);
  let size = 1;
  const encoded = fit.columns.map((column, at) => {
    const term = empty[at] ?? emptyTerm(column);
    const offset = size;
    size += term.kind === 'number' ? 2 : term.weights.length + 1;
    return encode(column, term, offset);
  });
  const weights = lowestPoint(objectiveOf(fit.labels, encoded, l2), new Float64Array(size), maxRounds, TOLERANCE);
  let offset = 1;
  const take = (count: number) => weights.subarray(offset, (offset += count));
  return {
    intercept: weights[0] ?? 0,
    terms: empty.map((term): LogisticTerm => {
      const [missing = 0] = take(1);
      if (term.kind === 'number') return { ...term, missing, weight: take(1)[0] ?? 0 };
      return { ...term, missing, weights: [...take(term.weights.length)] };
    }),
  };
}

/**
 * Log-odds of every row; a level that the model was not trained with counts as missing.
 * @throws RangeError naming a column that the table does not have.
 */
export function logisticLogits({ intercept, terms }: LogisticModel, table: TrainingTable): Float64Array {
  const logits = new Float64Array(table.labels.length).fill(intercept);
  for (const term of terms) {
    const column = table.columns.find(({ name }) => name === term.name);
    if (column === undefined) throw new RangeError(`the table has no column ${term.name}`);
    for (const [row, value] of column.values.entries()) logits[row] = (logits[row] ?? 0) + termValue(term, value);
  }
  return logits;
}

function termValue(term: LogisticTerm, value: number): number {
  if (term.kind === 'category') return term.weights[value] ?? term.missing;
  return Number.isNaN(value) ? term.missing : (term.weight * (value - term.mean)) / term.deviation;
}

function emptyTerm(column: Column): LogisticTerm {
  const { name, values } = column;
  if (column.kind === 'category') return { kind: 'category', name, weights: column.levels.map(() => 0), missing: 0 };
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2 / known.length, 0);
  return { kind: 'number', name, mean, deviation: Math.sqrt(variance) || 1, weight: 0, missing: 0 };
}

/** The weight for missing comes first, then that of the number or those of the levels. */
function encode({ values }: Column, term: LogisticTerm, offset: number): Encoded {
  if (term.kind === 'category') {
    return {
      index: Int32Array.from(values, (level) => (Number.isNaN(level) ? offset : offset + 1 + level)),
      scale: null,
    };
  }
  return {
    index: Int32Array.from(values, (value) => (Number.isNaN(value) ? offset : offset + 1)),
    scale: values.map((value) => (Number.isNaN(value) ? 1 : (value - term.mean) / term.deviation)),
  };
}

/** Mean log loss with the penalty. */
function objectiveOf(labels: Uint8Array, columns: readonly Encoded[], l2: number) {
  const rows = labels.length;
  const logits = new Float64Array(rows);
  return (weights: Float64Array, gradient: Float64Array): number => {
    logits.fill(at(weights, 0));
    for (const { index, scale } of columns) {
      for (let row = 0; row < rows; row += 1) {
        logits[row] = at(logits, row) + at(weights, at(index, row)) * (scale === null ? 1 : at(scale, row));
      }
    }
    let loss = 0;
    gradient.fill(0);
    for (let row = 0; row < rows; row += 1) {
      loss += lossOf(at(logits, row), at(labels, row));
      logits[row] = (oddsOf(at(logits, row)) - at(labels, row)) / rows;
      gradient[0] = at(gradient, 0) + at(logits, row);
    }
    for (const { index, scale } of columns) {
      for (let row = 0; row < rows; row += 1) {
        const place = at(index, row);
        gradient[place] = at(gradient, place) + at(logits, row) * (scale === null ? 1 : at(scale, row));
      }
    }
    let squares = 0;
    for (let place = 1; place < weights.length; place += 1) {
      squares += at(weights, place) ** 2;
      gradient[place] = at(gradient, place) + (l2 / rows) * at(weights, place);
    }
    return loss / rows + ((l2 / rows) * squares) / 2;
  };
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
