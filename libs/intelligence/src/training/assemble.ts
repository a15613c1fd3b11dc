import type { PairShape, StepShape } from '../model/learned.ts';
import type { Pair } from './bag.ts';
import type { BinnedColumn } from './binned-table.ts';
import { MISSING_BIN } from './bins.ts';

/** Intercept, shapes and pairs of a model, by the bins of the trainer. */
export interface BinnedModel {
  readonly intercept: number;
  readonly shapes: readonly Float64Array[];
  readonly pairs: readonly BinnedPair[];
}

export interface BinnedPair {
  readonly pair: Pair;
  /** Row by row of the first column's coarse bins. */
  readonly cells: Float64Array;
}

/** The mean of models over the same bins, which is additive as they are. Rising shapes stay rising, to the bit. */
export function averageOf(models: readonly BinnedModel[]): BinnedModel {
  const [first] = models;
  if (first === undefined) throw new RangeError('there are no models to average');
  return {
    intercept: mean(models.map(({ intercept }) => Float64Array.of(intercept)))[0] ?? 0,
    shapes: first.shapes.map((_, at) => mean(models.map(({ shapes }) => shapes[at] ?? new Float64Array()))),
    pairs: first.pairs.map(({ pair }, at) => ({
      pair,
      cells: mean(models.map(({ pairs }) => pairs[at]?.cells ?? new Float64Array())),
    })),
  };
}

/** Shapes whose mean over the rows is 0, so that a contribution reads as "against the mean lead". */
export function centred({ intercept, shapes, pairs }: BinnedModel, columns: readonly BinnedColumn[]): BinnedModel {
  let moved = intercept;
  const centredShapes = shapes.map((shape, at) => {
    const bins = columns[at]?.bins ?? new Uint8Array();
    let sum = 0;
    for (const bin of bins) sum += shape[bin] ?? 0;
    const middle = bins.length === 0 ? 0 : sum / bins.length;
    moved += middle;
    return shape.map((value) => value - middle);
  });
  return { intercept: moved, shapes: centredShapes, pairs };
}

/** The shape of a column in the form that every model has: categories by the index of their level. */
export function stepShapeOf(column: BinnedColumn, shape: Float64Array): StepShape {
  const { edges, bins } = segmentsOf(column);
  const logits = bins.map((bin) => shape[bin] ?? 0);
  if (logits.every((logit) => logit === 0)) return { edges: [], logits: [0, 0] };
  const kept = edges.filter((_, at) => logits[at + 1] !== logits[at + 2]);
  return { edges: kept, logits: logits.filter((logit, at) => at < 2 || logit !== logits[at - 1]) };
}

export function pairShapeOf(columns: readonly BinnedColumn[], { pair, cells }: BinnedPair): PairShape {
  const [first, second] = [sideOf(columns[pair[0]]), sideOf(columns[pair[1]])];
  return {
    features: pair,
    edges: [first.edges, second.edges],
    logits: first.bins.flatMap((row) => second.bins.map((column) => cells[row * second.count + column] ?? 0)),
  };
}

/** A column's coarse bins, neighbours with the same one put together. */
function sideOf(column: BinnedColumn | undefined): {
  edges: readonly number[];
  bins: readonly number[];
  count: number;
} {
  if (column === undefined) throw new RangeError('a pair names a column that is not there');
  const { edges, bins } = segmentsOf(column);
  const coarse = bins.map((bin) => column.coarse.ofBin[bin] ?? MISSING_BIN);
  return {
    edges: edges.filter((_, at) => coarse[at + 1] !== coarse[at + 2]),
    bins: coarse.filter((bin, at) => at < 2 || bin !== coarse[at - 1]),
    count: column.coarse.count,
  };
}

/**
 * Edges between values, and the bin of each stretch, that of missing values first. For a category an edge lies before each level
 * but the first and one behind the last: levels that the model was not trained with are as good as missing.
 */
function segmentsOf({ binning }: BinnedColumn): { edges: readonly number[]; bins: readonly number[] } {
  if (binning.kind === 'number') {
    return {
      edges: binning.edges,
      bins: [MISSING_BIN, ...Array.from({ length: binning.edges.length + 1 }, (_, at) => at + 1)],
    };
  }
  return {
    edges: binning.bins.map((_, level) => level + 0.5),
    bins: [MISSING_BIN, ...binning.bins, MISSING_BIN],
  };
}

function mean(arrays: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(arrays[0]?.length ?? 0);
  for (const array of arrays) for (const [at, value] of array.entries()) sum[at] = (sum[at] ?? 0) + value;
  return sum.map((value) => value / arrays.length);
}
