import type { Calibration, LearnedModel, PairShape, StepShape } from '../model/learned.ts';
import { binOf } from './bins.ts';
import type { TrainingTable } from './training-table.ts';

// A look at a global for each row is slow where globals are intercepted, as in Jest.
const { exp } = Math;

export interface Logits {
  /** Intercept, shapes and pairs. */
  readonly raw: Float64Array;
  /** The same after calibration; no tenant's shift is in it. */
  readonly calibrated: Float64Array;
}

/**
 * Log-odds of every row.
 * @throws RangeError naming a feature that the table does not have.
 */
export function logitsOf(
  model: Pick<LearnedModel, 'features' | 'intercept' | 'shapes' | 'pairs' | 'calibration'>,
  table: TrainingTable,
): Logits {
  const columns = model.features.map((name) => valuesOf(table, name));
  const raw = new Float64Array(table.labels.length).fill(model.intercept);
  for (const [at, shape] of model.shapes.entries()) addShape(raw, columns[at] ?? new Float64Array(), shape);
  for (const pair of model.pairs) addPair(raw, columns, pair);
  return { raw, calibrated: raw.map((sum) => calibratedLogit(model.calibration, sum)) };
}

/** Straight lines between knots, both outer ones going on with slope 1. */
export function calibratedLogit({ knots }: Calibration, sum: number): number {
  const above = knots.findIndex((knot) => sum < knot.sum);
  const [left, right] = above === -1 ? [knots.at(-1), undefined] : [knots[above - 1], knots[above]];
  if (left === undefined) return right === undefined ? sum : right.calibrated + (sum - right.sum);
  if (right === undefined) return left.calibrated + (sum - left.sum);
  const share = (sum - left.sum) / (right.sum - left.sum);
  return left.calibrated + share * (right.calibrated - left.calibrated);
}

export function oddsOf(logit: number): number {
  return 1 / (1 + exp(-logit));
}

function valuesOf({ columns }: TrainingTable, name: string): Float64Array {
  const column = columns.find((one) => one.name === name);
  if (column === undefined) throw new RangeError(`the table has no column ${name}`);
  return column.values;
}

function addShape(logits: Float64Array, values: Float64Array, { edges, logits: steps }: StepShape): void {
  for (const [row, value] of values.entries()) logits[row] = (logits[row] ?? 0) + (steps[binOf(value, edges)] ?? 0);
}

function addPair(logits: Float64Array, columns: readonly Float64Array[], pair: PairShape): void {
  const [first, second] = [columns[pair.features[0]], columns[pair.features[1]]];
  const [firstEdges, secondEdges] = pair.edges;
  const width = secondEdges.length + 2;
  for (let row = 0; row < logits.length; row += 1) {
    const cell =
      binOf(first?.[row] ?? Number.NaN, firstEdges) * width + binOf(second?.[row] ?? Number.NaN, secondEdges);
    logits[row] = (logits[row] ?? 0) + (pair.logits[cell] ?? 0);
  }
}
