import { binOf } from './bins.ts';
import type { Calibration, CalibrationKnot } from './learned.ts';

/** What calibration makes of a sum of shapes. `low` and `high` are relative to the calibrated log-odds, NaN where unknown. */
export interface Calibrated {
  correction: number;
  low: number;
  high: number;
}

/**
 * One straight piece: `heights + slopes * (sum - origin)`. In this order: what is added to the sum, and from there
 * down to `low` and up to `high`.
 */
export interface CalibrationPiece {
  readonly origin: number;
  readonly heights: readonly [number, number, number];
  readonly slopes: readonly [number, number, number];
}

/**
 * A calibration as what it adds to a sum: a line of slope 1 adds the same everywhere, so both outer pieces are flat.
 * Piece i holds for sums with exactly i edges not above them.
 */
export interface CalibrationPieces {
  readonly edges: readonly number[];
  readonly pieces: readonly CalibrationPiece[];
}

const LEVEL = [0, 0, 0] as const;
const UNCALIBRATED: CalibrationPiece = { origin: 0, heights: [0, Number.NaN, Number.NaN], slopes: LEVEL };

/** @throws RangeError when knots do not rise, are not finite, or do not lie within their range. */
export function piecesOf({ knots }: Calibration): CalibrationPieces {
  const [first] = knots;
  if (first === undefined) return { edges: [], pieces: [UNCALIBRATED] };
  knots.forEach(checkKnot);
  const between = knots.slice(1).map((right, index) => pieceBetween(knots[index] ?? right, right));
  const before = { origin: first.sum, heights: heightsOf(first), slopes: LEVEL };
  const last = knots.at(-1) ?? first;
  const after = { origin: last.sum, heights: heightsOf(last), slopes: LEVEL };
  return { edges: knots.map(({ sum }) => sum), pieces: [before, ...between, after] };
}

function checkKnot({ sum, calibrated, low, high }: CalibrationKnot): void {
  if (![sum, calibrated, low, high].every(Number.isFinite)) throw new RangeError('calibration: a knot is not finite');
  if (!(low <= calibrated && calibrated <= high)) {
    throw new RangeError(`calibration: ${calibrated} does not lie between ${low} and ${high}`);
  }
}

function heightsOf({ sum, calibrated, low, high }: CalibrationKnot): CalibrationPiece['heights'] {
  return [calibrated - sum, low - calibrated, high - calibrated];
}

function pieceBetween(left: CalibrationKnot, right: CalibrationKnot): CalibrationPiece {
  const width = right.sum - left.sum;
  if (!(width > 0)) throw new RangeError(`calibration: knots must rise, ${left.sum} stands before ${right.sum}`);
  const heights = heightsOf(left);
  const ends = heightsOf(right);
  const slopeOf = (which: 0 | 1 | 2): number => (ends[which] - heights[which]) / width;
  return { origin: left.sum, heights, slopes: [slopeOf(0), slopeOf(1), slopeOf(2)] };
}

/**
 * Evaluates a calibration, with the bits that the ONNX graph gives.
 * @throws RangeError when the knots are not usable.
 */
export function calibrationOf(calibration: Calibration): (sum: number, into: Calibrated) => void {
  const { edges, pieces } = piecesOf(calibration);
  const starts = Float64Array.from(edges);
  return (sum, into) => {
    const piece = pieces[binOf(starts, sum) - 1] ?? UNCALIBRATED;
    const { heights, slopes } = piece;
    const along = sum - piece.origin;
    into.correction = heights[0] + slopes[0] * along;
    // Interpolated, either may pass 0 by a rounding error.
    into.low = Math.min(heights[1] + slopes[1] * along, 0);
    into.high = Math.max(heights[2] + slopes[2] * along, 0);
  };
}
