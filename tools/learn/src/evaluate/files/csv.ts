import { DataError } from './data-error.ts';

/** What a file must look like. */
export interface CsvLayout {
  /** Relative to the folder of all data, with `/`. */
  readonly file: string;
  readonly delimiter: ',' | ';';
  /** Columns that are read. The file may have others: what is not named here is never looked at. */
  readonly columns: readonly string[];
}

interface Row {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** @throws DataError naming file and line where the text is not what the layout says. */
export function readCsv(text: string, layout: CsvLayout): CsvTable {
  const rows = parseCsv(text, layout.delimiter);
  const header: Row | void = rows.next().value;
  if (header === undefined) throw new DataError(`${layout.file} is empty: copy it again`);
  const places = placesOf(header.cells, layout);
  const columns = layout.columns.map((): string[] => []);
  const lines: number[] = [];
  for (const { line, cells } of rows) {
    if (cells.length !== header.cells.length) {
      const found = `${cells.length} values where the header has ${header.cells.length}`;
      throw new DataError(`${layout.file}, line ${line}: ${found}; is the file cut off or edited? Copy it again`);
    }
    lines.push(line);
    places.forEach((place, at) => columns[at]?.push(cells[place] ?? ''));
  }
  if (lines.length === 0) throw new DataError(`${layout.file} has a header and no rows: copy it again`);
  return new CsvTable(layout.file, lines, new Map(layout.columns.map((name, at) => [name, columns[at] ?? []])));
}

function placesOf(header: readonly string[], { file, columns }: CsvLayout): readonly number[] {
  const lacking = columns.filter((name) => !header.includes(name));
  if (lacking.length > 0) {
    const found = header.join(', ').slice(0, 200);
    throw new DataError(
      `${file}, line 1: the header lacks ${lacking.join(', ')} (it is: ${found}); use the file that the data's README names`,
    );
  }
  return columns.map((name) => header.indexOf(name));
}

/** Values between delimiters; quotes may hold delimiters, line ends and doubled quotes (RFC 4180). */
export function* parseCsv(text: string, delimiter: string): Generator<Row, void> {
  let [at, line] = [text.startsWith('\uFEFF') ? 1 : 0, 1];
  while (at < text.length) {
    const row = { line, cells: [] as string[] };
    for (let isEnd = false; !isEnd;) {
      const { value, end } = text[at] === '"' ? quoted(text, at, delimiter) : plain(text, at, delimiter);
      line += countOf('\n', value);
      row.cells.push(value);
      isEnd = text[end] !== delimiter;
      at = end + 1;
      if (isEnd && text[end] === '\r' && text[at] === '\n') at += 1;
    }
    line += 1;
    if (row.cells.length > 1 || row.cells[0] !== '') yield row;
  }
}

function plain(text: string, from: number, delimiter: string) {
  let end = from;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { value: text.slice(from, end), end };
}

/** What stands between closing quotes and the delimiter, wrongly, is kept, so that it is told of where it is read. */
function quoted(text: string, from: number, delimiter: string) {
  let close = text.indexOf('"', from + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) close = text.length;
  const rest = plain(text, close + 1, delimiter);
  return { value: text.slice(from + 1, close).replaceAll('""', '"') + rest.value, end: rest.end };
}

function countOf(one: string, text: string): number {
  return text.includes(one) ? text.split(one).length - 1 : 0;
}

/** The rows of a file, column by column. */
export class CsvTable {
  readonly rows: number;
  readonly #file: string;
  readonly #lines: readonly number[];
  readonly #columns: ReadonlyMap<string, readonly string[]>;

  constructor(file: string, lines: readonly number[], columns: ReadonlyMap<string, readonly string[]>) {
    this.rows = lines.length;
    this.#file = file;
    this.#lines = lines;
    this.#columns = columns;
  }

  /** @throws RangeError when the layout does not name the column. */
  texts(column: string): readonly string[] {
    const texts = this.#columns.get(column);
    if (texts === undefined) throw new RangeError(`the layout of ${this.#file} has no column ${column}`);
    return texts;
  }

  /**
   * @param missing Texts that stand for no value, which becomes NaN.
   * @throws DataError naming the first line that holds anything else than a number.
   */
  numbers(column: string, missing: readonly string[] = []): Float64Array {
    return Float64Array.from(this.texts(column), (text, row) => {
      if (missing.includes(text.trim())) return Number.NaN;
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return Number.isNaN(value) ? this.#refuse(column, row, 'a number') : value;
    });
  }

  /** Epoch ms, an empty text NaN; times without a zone are taken as UTC. @throws DataError naming the first bad line. */
  times(column: string): Float64Array {
    return Float64Array.from(this.texts(column), (text, row) => {
      if (text === '') return Number.NaN;
      const atMs = Date.parse(text.endsWith('Z') ? text : `${text}Z`);
      return Number.isNaN(atMs) ? this.#refuse(column, row, 'a time') : atMs;
    });
  }

  /** 1 where the text is `one`. @throws DataError naming the first line with neither. */
  labels(column: string, one: string, zero: string): Uint8Array {
    return Uint8Array.from(this.texts(column), (text, row) => {
      if (text === one) return 1;
      return text === zero ? 0 : this.#refuse(column, row, `${one} or ${zero}`);
    });
  }

  #refuse(column: string, row: number, wanted: string): never {
    const text = JSON.stringify(this.texts(column)[row]).slice(0, 60);
    throw new DataError(`${this.#file}, line ${this.#lines[row]}: ${column} is ${text}, not ${wanted}`);
  }
}
