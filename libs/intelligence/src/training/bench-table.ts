import { oddsOf } from './logits.ts';
import { seededRandom } from './random.ts';
import type { Column, TrainingTable } from './training-table.ts';

/** Share of values that are missing. */
const MISSING_SHARE = 0.05;
/** Every fourth column is a category. */
const CATEGORY_EVERY = 4;
const LEVELS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/**
 * A table of a known function, to measure how long training takes: about 15 in 100 labels are 1, a third of the columns tell
 * nothing, the first two act together.
 */
export function benchTable(rows: number, features: number, seed: number): TrainingTable {
  const random = seededRandom(seed);
  const columns = Array.from({ length: features }, (_, at) => columnOf(at, rows, random));
  const labels = Uint8Array.from({ length: rows }, (_, row) => (random() < oddsOf(logitOf(columns, row)) ? 1 : 0));
  return { columns, labels, atMs: new Float64Array(), groups: new Int32Array() };
}

function columnOf(at: number, rows: number, random: () => number): Column {
  const name = `f${at}`;
  const isCategory = at % CATEGORY_EVERY === CATEGORY_EVERY - 1;
  const draw = () => (isCategory ? Math.floor(random() * LEVELS.length) : random() * 4 - 2);
  const values = Float64Array.from({ length: rows }, () => (random() < MISSING_SHARE ? Number.NaN : draw()));
  return isCategory
    ? { kind: 'category', name, levels: LEVELS, values }
    : { kind: 'number', name, monotone: null, values };
}

function logitOf(columns: readonly Column[], row: number): number {
  const value = (at: number) => columns[at]?.values[row] ?? 0;
  const known = (x: number) => (Number.isNaN(x) ? 0 : x);
  let logit = -2.2 + known(value(0)) * known(value(1)) * 0.5;
  for (const [at, { kind }] of columns.entries()) {
    if (at % 3 === 0) continue;
    const x = known(value(at));
    logit += (kind === 'category' ? (x % 3) - 1 : Math.sin(x * (1 + (at % 5)))) / (2 + (at % 7));
  }
  return logit;
}
