import type { CategoryColumn, Column, NumberColumn } from '@hub/intelligence/training';
import type { CsvTable } from '../files/csv.ts';

/** Which columns of a file are features: what is not named here cannot leak. */
export interface ColumnChoice {
  readonly numbers: readonly string[];
  readonly categories: readonly string[];
  /** Texts that stand for no value. */
  readonly missing: readonly string[];
}

/** The chosen columns as features; categories without regard to case. */
export function columnsOf(table: CsvTable, { numbers, categories, missing }: ColumnChoice): readonly Column[] {
  return [
    ...numbers.map((name) => numberColumn(name, table.numbers(name, missing))),
    ...categories.map((name) => categoryColumn(name, table.texts(name), missing)),
  ];
}

export function numberColumn(name: string, values: Float64Array): NumberColumn {
  return { kind: 'number', name, values, monotone: null };
}

export function categoryColumn(name: string, texts: readonly string[], missing: readonly string[]): CategoryColumn {
  const given = texts.map((text) => (missing.includes(text) ? null : text.toLowerCase()));
  const levels = [...new Set(given.filter((text) => text !== null))].toSorted();
  const places = new Map(levels.map((level, at) => [level, at]));
  const values = Float64Array.from(given, (text) => (text === null ? Number.NaN : (places.get(text) ?? Number.NaN)));
  return { kind: 'category', name, values, levels };
}
