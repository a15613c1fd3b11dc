import { type CsvLayout, readCsv } from '../files/csv.ts';
import type { FilesOf } from './data-set.ts';

/** Rows as objects, written as one of a set's files. */
export function csvText(rows: readonly Readonly<Record<string, unknown>>[], delimiter = ','): string {
  const columns = Object.keys(rows[0] ?? {});
  const quoted = (value: unknown): string => `"${String(value)}"`;
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => cells.map(quoted).join(delimiter))
    .join('\n');
}

/** Files of a set by their texts. */
export function filesFrom(texts: Readonly<Record<string, string>>): FilesOf {
  return (layout: CsvLayout) => readCsv(texts[layout.file] ?? '', layout);
}
