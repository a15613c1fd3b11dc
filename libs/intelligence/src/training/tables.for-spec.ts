import { oddsOf } from './logits.ts';
import { seededRandom } from './random.ts';
import type { Column, TrainingTable } from './training-table.ts';

/** Columns of values in [-1, 1) that a seed draws, with labels that follow a logit. */
export function drawnTable(
  rows: number,
  names: readonly string[],
  logitOf: (values: readonly number[], row: number) => number,
  seed = 1,
): TrainingTable {
  const random = seededRandom(seed);
  const values = Array.from({ length: rows }, () => names.map(() => random() * 2 - 1));
  return {
    columns: names.map((name, at) =>
      numbers(
        name,
        values.map((row) => row[at] ?? Number.NaN),
      ),
    ),
    labels: Uint8Array.from(values, (row, at) => (random() < oddsOf(logitOf(row, at)) ? 1 : 0)),
    atMs: new Float64Array(),
    groups: new Int32Array(),
  };
}

export function numbers(name: string, values: Iterable<number>, monotone: 'rising' | 'falling' | null = null): Column {
  return { kind: 'number', name, monotone, values: Float64Array.from(values) };
}

export function levels(name: string, names: readonly string[], values: Iterable<number>): Column {
  return { kind: 'category', name, levels: names, values: Float64Array.from(values) };
}
