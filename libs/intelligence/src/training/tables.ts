import type { Column, TrainingTable } from './training-table.ts';

/** Some rows of a table, in the order given; a row may come twice. */
export function rowsOf(table: TrainingTable, rows: ArrayLike<number>): TrainingTable {
  const pick = (values: ArrayLike<number>) => Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
  return {
    columns: table.columns.map((column) => ({ ...column, values: pick(column.values) })),
    labels: Uint8Array.from(rows, (row) => table.labels[row] ?? 0),
    atMs: table.atMs.length === 0 ? table.atMs : pick(table.atMs),
    groups: table.groups.length === 0 ? table.groups : Int32Array.from(rows, (row) => table.groups[row] ?? -1),
  };
}

/**
 * One table behind the other.
 * @throws RangeError naming the column in which they differ.
 */
export function joined(first: TrainingTable, second: TrainingTable): TrainingTable {
  return {
    columns: first.columns.map((column, at) => joinedColumn(column, second.columns[at])),
    labels: Uint8Array.from([...first.labels, ...second.labels]),
    atMs: Float64Array.from([...first.atMs, ...second.atMs]),
    groups: joinedGroups(first, second),
  };
}

/** @throws RangeError naming what is wrong: lengths that differ, a name twice, infinite values, levels that there are not. */
export function checkTable({ columns, labels, atMs, groups }: TrainingTable): void {
  const rows = labels.length;
  for (const label of labels) if (label > 1) throw new RangeError(`a label is ${label}; 0 or 1 are possible`);
  for (const [name, { length }] of [
    ['atMs', atMs],
    ['groups', groups],
  ] as const) {
    if (length !== 0 && length !== rows) throw new RangeError(`${name} has ${length} values for ${rows} rows`);
  }
  for (const [at, column] of columns.entries()) {
    if (columns.findIndex(({ name }) => name === column.name) !== at)
      throw new RangeError(`two columns are named ${column.name}`);
    checkColumn(column, rows);
  }
}

function checkColumn(column: Column, rows: number): void {
  const { name, values } = column;
  if (values.length !== rows) throw new RangeError(`${name} has ${values.length} values for ${rows} rows`);
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isFinite(value)) throw new RangeError(`${name} holds an infinite value`);
    if (column.kind === 'category' && !(value in column.levels)) throw new RangeError(`${name} has no level ${value}`);
  }
}

function joinedColumn(column: Column, other: Column | undefined): Column {
  if (other?.name !== column.name || other.kind !== column.kind) {
    throw new RangeError(`one table has ${column.name}, the other ${other?.name ?? 'nothing'} in its place`);
  }
  if (column.kind === 'category' && other.kind === 'category' && other.levels.join('\n') !== column.levels.join('\n')) {
    throw new RangeError(`${column.name} has other levels in one table than in the other`);
  }
  const values = new Float64Array(column.values.length + other.values.length);
  values.set(column.values);
  values.set(other.values, column.values.length);
  return { ...column, values };
}

/** Where one table has a lead per row, its rows get numbers that no other lead has. */
function joinedGroups(first: TrainingTable, second: TrainingTable): Int32Array {
  if (first.groups.length === 0 && second.groups.length === 0) return first.groups;
  let next =
    1 + Math.max(0, ...[first, second].map(({ groups }) => groups.reduce((most, group) => Math.max(most, group), 0)));
  const of = ({ groups, labels }: TrainingTable) => Array.from(labels, (_, row) => groups[row] ?? (next += 1));
  return Int32Array.from([...of(first), ...of(second)]);
}
