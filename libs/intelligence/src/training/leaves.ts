import { MISSING_BIN } from './bins.ts';

/** Sums over the rows of each bin: of gradients, of hessians, of rows. */
export interface BinSums {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly rows: Float64Array;
}

export interface LeafRules {
  /** Leaves that a step may have, the one of missing values aside. */
  readonly maxLeaves: number;
  readonly minLeafRows: number;
  /** Added to each leaf's hessian: pulls small leaves to 0. */
  readonly lambda: number;
  /**
   * Twice what a column's step must take off the log loss, as the Newton step has it, or the column stays where it is. Columns that
   * tell nearly the same otherwise share out what is chance among them; on pure chance the best cut gains about 4 to 8. Not given: 0.
   */
  readonly minGain?: number;
}

/** What is asked of the shape of one column. */
export interface ShapeRules {
  /** 1: may not fall from bin to bin, -1: may not rise, 0: free. */
  readonly monotone: -1 | 0 | 1;
  /** Bins have no order of their own: they are put in that of their gradients. */
  readonly isCategorical: boolean;
}

interface Leaf {
  /** Into the order of bins, `to` excluded. */
  readonly from: number;
  readonly to: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

interface Split {
  readonly gain: number;
  readonly left: Leaf;
  readonly right: Leaf;
}

const LEAST_GAIN = 1e-9;
/** Pulls levels with few rows to the middle of the order, so that they are not singled out by chance. */
const LEVEL_SMOOTHING = 10;

/**
 * The step of one boosting round for one column: a tree over its bins, grown at the leaf that gains most, each leaf with its
 * Newton step (Friedman, 2001; Chen and Guestrin, 2016).
 * @returns What to add to the score of a row in each bin.
 */
export function stepOf(sums: BinSums, rules: LeafRules & ShapeRules): Float64Array {
  const step = new Float64Array(sums.gradient.length);
  const order = orderOf(sums, rules);
  const { minGain = 0 } = rules;
  const leaves = leavesOf(sums, order, rules);
  for (const leaf of minGain > 0 && leaves.length === 1 ? [] : leaves) {
    const value = valueOf(leaf, rules.lambda);
    for (let place = leaf.from; place < leaf.to; place += 1) step[at(order, place)] = value;
  }
  const [gradient, hessian] = [at(sums.gradient, MISSING_BIN), at(sums.hessian, MISSING_BIN)];
  if (at(sums.rows, MISSING_BIN) >= rules.minLeafRows && worth(gradient, hessian, rules.lambda) >= minGain) {
    step[MISSING_BIN] = newton(gradient, hessian, rules.lambda);
  }
  return step;
}

function orderOf({ gradient, hessian }: BinSums, { isCategorical, lambda }: LeafRules & ShapeRules): Uint8Array {
  const bins = Uint8Array.from({ length: gradient.length - 1 }, (_, bin) => bin + 1);
  if (!isCategorical) return bins;
  const towards = gradient.map((sum, bin) => newton(sum, at(hessian, bin), lambda + LEVEL_SMOOTHING));
  return bins.toSorted((a, b) => at(towards, a) - at(towards, b) || a - b);
}

function leavesOf(sums: BinSums, order: Uint8Array, rules: LeafRules & ShapeRules): readonly Leaf[] {
  const leaves = [leafOf(sums, order)];
  const least = Math.max(LEAST_GAIN, rules.minGain ?? 0);
  while (leaves.length < rules.maxLeaves) {
    let best: Split | null = null;
    let where = -1;
    for (const [place, leaf] of leaves.entries()) {
      const split = bestSplit(sums, order, leaf, rules, leaves[place - 1], leaves[place + 1]);
      if (split !== null && split.gain > (best?.gain ?? least)) [best, where] = [split, place];
    }
    if (best === null) break;
    leaves.splice(where, 1, best.left, best.right);
  }
  return leaves;
}

function bestSplit(
  sums: BinSums,
  order: Uint8Array,
  leaf: Leaf,
  rules: LeafRules & ShapeRules,
  before: Leaf | undefined,
  after: Leaf | undefined,
): Split | null {
  const { lambda, minLeafRows } = rules;
  const whole = worth(leaf.gradient, leaf.hessian, lambda);
  let [gradient, hessian, rows] = [0, 0, 0];
  let best: Split | null = null;
  let most = LEAST_GAIN;
  for (let place = leaf.from; place + 1 < leaf.to; place += 1) {
    const bin = at(order, place);
    gradient += at(sums.gradient, bin);
    hessian += at(sums.hessian, bin);
    rows += at(sums.rows, bin);
    if (rows < minLeafRows) continue;
    if (leaf.rows - rows < minLeafRows) break;
    const gain =
      worth(gradient, hessian, lambda) + worth(leaf.gradient - gradient, leaf.hessian - hessian, lambda) - whole;
    if (gain <= most) continue;
    const left = { from: leaf.from, to: place + 1, gradient, hessian, rows };
    const right = {
      from: place + 1,
      to: leaf.to,
      gradient: leaf.gradient - gradient,
      hessian: leaf.hessian - hessian,
      rows: leaf.rows - rows,
    };
    if (!isAllowed([before, left, right, after], rules)) continue;
    best = { gain, left, right };
    most = gain;
  }
  return best;
}

function isAllowed(neighbours: readonly (Leaf | undefined)[], { monotone, lambda }: LeafRules & ShapeRules): boolean {
  if (monotone === 0) return true;
  const values = neighbours.filter((leaf) => leaf !== undefined).map((leaf) => monotone * valueOf(leaf, lambda));
  return values.every((value, place) => place === 0 || value >= (values[place - 1] ?? value));
}

/** All bins but that of missing values. */
function leafOf({ gradient, hessian, rows }: BinSums, order: Uint8Array): Leaf {
  const leaf = { from: 0, to: order.length, gradient: 0, hessian: 0, rows: 0 };
  for (const bin of order) {
    leaf.gradient += at(gradient, bin);
    leaf.hessian += at(hessian, bin);
    leaf.rows += at(rows, bin);
  }
  return leaf;
}

function worth(gradient: number, hessian: number, lambda: number): number {
  return hessian + lambda <= 0 ? 0 : gradient ** 2 / (hessian + lambda);
}

function valueOf({ gradient, hessian }: Leaf, lambda: number): number {
  return newton(gradient, hessian, lambda);
}

function newton(gradient: number, hessian: number, lambda: number): number {
  return hessian + lambda <= 0 ? 0 : -gradient / (hessian + lambda);
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
