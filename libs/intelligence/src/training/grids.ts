import type { BinSums, LeafRules } from './leaves.ts';

/** Bins of each side of a grid, at most, that of missing values included: a cell fits into a byte. */
export const GRID_BINS = 16;

/** Four leaves of a grid: one cut of one side and, in each half, one of the other. */
interface Cuts {
  readonly gain: number;
  /** Last bin of the first half. */
  readonly cut: number;
  /** In each half, the last bin of its first part. */
  readonly cuts: readonly [number, number];
  readonly values: readonly [number, number, number, number];
}

const NO_CUTS: Cuts = { gain: 0, cut: 0, cuts: [0, 0], values: [0, 0, 0, 0] };

/** Sums over a grid, for each outer bin those of all outer bins up to it. */
interface Cumulated {
  readonly outer: number;
  readonly inner: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly rows: Float64Array;
}

/**
 * A step over a grid of two columns: four leaves, by the cuts that gain most (the FAST measure of Lou, Caruana, Gehrke and Hooker,
 * 2013, with Newton steps).
 * @param width Bins of the second column; cells go row by row of the first.
 */
export function gridStep(
  sums: BinSums,
  width: number,
  rules: Omit<LeafRules, 'maxLeaves'>,
): { step: Float64Array; gain: number } {
  const height = sums.rows.length / width;
  const byRow = bestCuts(cumulated(sums, height, width, width, 1), rules);
  const byColumn = bestCuts(cumulated(sums, width, height, 1, width), rules);
  const isRow = byRow.gain >= byColumn.gain;
  const { cut, cuts, values, gain } = isRow ? byRow : byColumn;
  const step = new Float64Array(sums.rows.length);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const [outer, inner] = isRow ? [row, column] : [column, row];
      const [border, low, high] = outer <= cut ? [cuts[0], values[0], values[1]] : [cuts[1], values[2], values[3]];
      step[row * width + column] = inner <= border ? low : high;
    }
  }
  return { step, gain };
}

function cumulated(sums: BinSums, outer: number, inner: number, outerStride: number, innerStride: number): Cumulated {
  const sumUp = (cells: Float64Array): Float64Array => {
    const result = new Float64Array(cells.length);
    for (let place = 0; place < cells.length; place += 1) {
      const cell = Math.floor(place / inner) * outerStride + (place % inner) * innerStride;
      result[place] = (place < inner ? 0 : at(result, place - inner)) + at(cells, cell);
    }
    return result;
  };
  return { outer, inner, gradient: sumUp(sums.gradient), hessian: sumUp(sums.hessian), rows: sumUp(sums.rows) };
}

function bestCuts(all: Cumulated, rules: Omit<LeafRules, 'maxLeaves'>): Cuts {
  const whole = worthOf(all, rules.lambda);
  let best = NO_CUTS;
  for (let cut = 0; cut + 1 < all.outer; cut += 1) {
    const first = bestCut(all, cut, false, rules);
    if (first === null) continue;
    const second = bestCut(all, cut, true, rules);
    if (second === null) continue;
    const gain = first.worth + second.worth - whole;
    if (gain <= best.gain) continue;
    best = { gain, cut, cuts: [first.cut, second.cut], values: [first.below, first.above, second.below, second.above] };
  }
  return best;
}

function worthOf({ outer, inner, gradient, hessian }: Cumulated, lambda: number): number {
  let [g, h] = [0, 0];
  for (let place = (outer - 1) * inner; place < outer * inner; place += 1) {
    g += at(gradient, place);
    h += at(hessian, place);
  }
  return h + lambda <= 0 ? 0 : g ** 2 / (h + lambda);
}

/** The inner cut that is worth most in one half: the outer bins up to `cut`, or those behind it. */
function bestCut(
  { outer, inner, gradient, hessian, rows }: Cumulated,
  cut: number,
  isBehind: boolean,
  { lambda, minLeafRows }: Omit<LeafRules, 'maxLeaves'>,
): { worth: number; cut: number; below: number; above: number } | null {
  const [from, last] = [cut * inner, (outer - 1) * inner];
  const read = (field: Float64Array, j: number) =>
    isBehind ? at(field, last + j) - at(field, from + j) : at(field, from + j);
  let [g, h, n] = [0, 0, 0];
  for (let j = 0; j < inner; j += 1) {
    g += read(gradient, j);
    h += read(hessian, j);
    n += read(rows, j);
  }
  let [leftG, leftH, leftN] = [0, 0, 0];
  let best: { worth: number; cut: number; below: number; above: number } | null = null;
  for (let j = 0; j + 1 < inner; j += 1) {
    leftG += read(gradient, j);
    leftH += read(hessian, j);
    leftN += read(rows, j);
    if (leftN < minLeafRows) continue;
    if (n - leftN < minLeafRows) break;
    const [rightG, rightH] = [g - leftG, h - leftH];
    if (leftH + lambda <= 0 || rightH + lambda <= 0) continue;
    const worth = leftG ** 2 / (leftH + lambda) + rightG ** 2 / (rightH + lambda);
    if (worth <= (best?.worth ?? Number.NEGATIVE_INFINITY)) continue;
    best = { worth, cut: j, below: -leftG / (leftH + lambda), above: -rightG / (rightH + lambda) };
  }
  return best;
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}
