import { describe, expect, it } from '@jest/globals';
import { durationText, preciseTimeText, table, timeText } from './table.ts';

describe('a table', () => {
  it('aligns numbers to the right and text to the left', () => {
    expect(
      table(
        ['tenant', 'count', 'age'],
        [
          ['maple', 7, null],
          ['_', 12_345, null],
        ],
      ),
    ).toBe(['tenant  count  age', 'maple       7    –', '_       12345    –', ''].join('\n'));
  });

  it('does not let a cell talk to the terminal or begin a line', () => {
    expect(table(['type'], [['a\u001b[1mb\nc']])).toBe('type\na\\u001b[1mb\\u000ac\n');
  });

  it('is its heads without rows', () => {
    expect(table(['a', 'b'], [])).toBe('a  b\n');
  });
});

describe('texts', () => {
  it.each([
    [0, '0 ms'],
    [1_500, '1.5 s'],
    [180_000, '3 min'],
    [9_000_000, '2.5 h'],
  ])('of %d ms', (ms, text) => expect(durationText(ms)).toBe(text));

  it('of a time are UTC', () => {
    expect(timeText(Date.parse('2026-09-01T12:34:56.789Z'))).toBe('2026-09-01 12:34:56Z');
    expect(preciseTimeText(Date.parse('2026-09-01T12:34:56.789Z'))).toBe('2026-09-01 12:34:56.789Z');
  });
});
