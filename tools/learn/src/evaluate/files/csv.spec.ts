import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CsvLayout, parseCsv, readCsv } from './csv.ts';

const layout: CsvLayout = { file: 'calls/calls.csv', delimiter: ';', columns: ['age', 'called', 'y'] };
const read = (text: string) => readCsv(text, layout);

it('reads the columns that are named, wherever they stand, and no others', () => {
  const table = read('y;secret;age;called\nyes;9;30;2012-01-02T03:04:05\nno;9;41;\n');
  expect(table.rows).toBe(2);
  expect([...table.numbers('age')]).toEqual([30, 41]);
  expect([...table.labels('y', 'yes', 'no')]).toEqual([1, 0]);
  expect([...table.times('called')]).toEqual([Date.UTC(2012, 0, 2, 3, 4, 5), Number.NaN]);
  expect(() => table.texts('secret')).toThrow('has no column secret');
});

it('tells a missing value from one that is no number', () => {
  expect([...read('age;called;y\nunknown;;no').numbers('age', ['unknown'])]).toEqual([Number.NaN]);
  for (const text of ['', ' ', 'old', '3O']) {
    expect(() => read(`age;called;y\n1;;no\n${text};;no`).numbers('age')).toThrow('calls/calls.csv, line 3: age is');
  }
});

it.each([
  ['an empty file', '', 'calls/calls.csv is empty'],
  ['no rows', 'age;called;y\n', 'has a header and no rows'],
  ['another header', 'age,called,y\n1,,no\n', 'line 1: the header lacks age, called, y'],
  ['a row that is cut off', 'age;called;y\n1;;no\n1;', 'line 3: 2 values where the header has 3'],
  ['text behind quotes', 'age;called;y\n"1"x;;no', 'line 2: age is "1x"'],
])('names file and line of %s', (_, text, complaint) => {
  expect(() => read(text).numbers('age')).toThrow(complaint);
});

it('names the line of a bad label and of a bad time, lines inside of quotes counted', () => {
  const table = read('age;called;y\r\n"1\n";yesterday;maybe\r\n2;;perhaps\r\n');
  expect(() => table.labels('y', 'yes', 'no')).toThrow('line 2: y is "maybe", not yes or no');
  expect(() => table.times('called')).toThrow('line 2: called is "yesterday", not a time');
  expect(() => read('age;called;y\n"1\n";;no\n2;;perhaps\n').labels('y', 'yes', 'no')).toThrow('line 4');
});

it('gives back whatever was written', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ';', '\n', '\r', ' ') });
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 5 });
  fc.assert(
    fc.property(rows, (wanted) => {
      const text = wanted.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(';')).join('\n');
      expect([...parseCsv(text, ';')].map(({ cells }) => cells)).toEqual(wanted);
    }),
  );
});
