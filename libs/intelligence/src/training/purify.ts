import type { BinnedModel, BinnedPair } from './assemble.ts';
import type { BinnedColumn } from './binned-table.ts';
import { cellsOf, rowsPerBin } from './residuals.ts';

const ROUNDS = 100;
const ENOUGH = 1e-12;

/**
 * Moves out of pairs what one column tells alone, into its shape (Lengerich, Tan, Chang, Hooker and Caruana, 2020): then a pair's part
 * in a score is what only the two together tell, 0 on average for each value of either. Every logit stays what it was.
 */
export function purified(model: BinnedModel, columns: readonly BinnedColumn[]): BinnedModel {
  const shapes = model.shapes.map((shape) => shape.slice());
  const pairs = model.pairs.map((pair) => purifiedPair(pair, columns, shapes));
  return { ...model, shapes, pairs };
}

function purifiedPair(
  { pair, cells }: BinnedPair,
  columns: readonly BinnedColumn[],
  shapes: readonly Float64Array[],
): BinnedPair {
  const [first, second] = [columns[pair[0]], columns[pair[1]]];
  if (first === undefined || second === undefined) return { pair, cells };
  const width = second.coarse.count;
  const bins = cellsOf(coarseBins(first), coarseBins(second), width);
  const weights = rowsPerBin(bins, cells.length);
  const pure = cells.slice();
  const lines = (count: number, stride: number, step: number, of: number) =>
    Array.from({ length: count }, (_, line) => Array.from({ length: of }, (_, at) => line * stride + at * step));
  const rows = lines(first.coarse.count, width, 1, width);
  const downs = lines(width, 1, width, first.coarse.count);
  for (let round = 0; round < ROUNDS; round += 1) {
    const moved = Math.max(
      moveOut(pure, weights, rows, first, shapes[pair[0]] ?? pure),
      moveOut(pure, weights, downs, second, shapes[pair[1]] ?? pure),
    );
    if (moved < ENOUGH) break;
  }
  return { pair, cells: pure };
}

/** @returns The largest mean that was moved. */
function moveOut(
  cells: Float64Array,
  weights: Float64Array,
  lines: readonly (readonly number[])[],
  { coarse }: BinnedColumn,
  shape: Float64Array,
): number {
  let most = 0;
  for (const [line, of] of lines.entries()) {
    const weight = of.reduce((sum, cell) => sum + (weights[cell] ?? 0), 0);
    if (weight === 0) continue;
    const mean = of.reduce((sum, cell) => sum + (weights[cell] ?? 0) * (cells[cell] ?? 0), 0) / weight;
    for (const cell of of) cells[cell] = (cells[cell] ?? 0) - mean;
    for (const [bin, there] of coarse.ofBin.entries()) if (there === line) shape[bin] = (shape[bin] ?? 0) + mean;
    most = Math.max(most, Math.abs(mean));
  }
  return most;
}

function coarseBins({ bins, coarse }: BinnedColumn): Uint8Array {
  return Uint8Array.from(bins, (bin) => coarse.ofBin[bin] ?? 0);
}
