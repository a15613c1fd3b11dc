/** The value of a function at a point; its gradient there is written into `gradient`. */
export type Objective = (at: Float64Array, gradient: Float64Array) => number;

const MEMORY = 10;
const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 40;

interface Move {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/**
 * The lowest point of a smooth convex function by L-BFGS (Liu and Nocedal, 1989) with a line search that halves.
 * @param tolerance Largest entry of the gradient at which it ends.
 */
export function lowestPoint(
  objective: Objective,
  start: Float64Array,
  maxRounds: number,
  tolerance: number,
): Float64Array {
  let at = start.slice();
  let gradient = new Float64Array(at.length);
  let value = objective(at, gradient);
  const moves: Move[] = [];
  for (let round = 0; round < maxRounds && gradient.some((slope) => Math.abs(slope) > tolerance); round += 1) {
    const direction = directionOf(gradient, moves);
    const found = lineSearch(objective, at, value, gradient, direction, round === 0 ? 1 / norm(gradient) : 1);
    if (found === null) break;
    const step = minus(found.at, at);
    const change = minus(found.gradient, gradient);
    const curvature = dot(step, change);
    if (curvature > 0) moves.push({ step, change, curvature });
    if (moves.length > MEMORY) moves.shift();
    ({ at, gradient, value } = found);
  }
  return at;
}

/** The gradient, turned by what the latest moves tell of the curvature. */
function directionOf(gradient: Float64Array, moves: readonly Move[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const shares = new Map<Move, number>();
  for (const move of moves.toReversed()) {
    const share = dot(move.step, direction) / move.curvature;
    shares.set(move, share);
    add(direction, move.change, -share);
  }
  const last = moves.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    for (const [place, value] of direction.entries()) direction[place] = value * scale;
  }
  for (const move of moves)
    add(direction, move.step, (shares.get(move) ?? 0) - dot(move.change, direction) / move.curvature);
  return direction;
}

function lineSearch(
  objective: Objective,
  from: Float64Array,
  value: number,
  slope: Float64Array,
  direction: Float64Array,
  first: number,
): { at: Float64Array<ArrayBuffer>; gradient: Float64Array<ArrayBuffer>; value: number } | null {
  const descent = dot(slope, direction);
  let length = first;
  for (let halving = 0; halving < MOST_HALVINGS; halving += 1) {
    const at = from.map((x, place) => x + length * (direction[place] ?? 0));
    const gradient = new Float64Array(at.length);
    const there = objective(at, gradient);
    if (there <= value + SUFFICIENT * length * descent) return { at: at.slice(), gradient, value: there };
    length /= 2;
  }
  return null;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, at) => value - (b[at] ?? 0));
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (const [at, value] of what.entries()) to[at] = (to[at] ?? 0) + times * value;
}
