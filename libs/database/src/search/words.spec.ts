import { describe, expect, it } from '@jest/globals';
import { wordQuery, wordsOf } from './words.ts';

describe('words', () => {
  it.each([
    ['The granite, THE counter!', ['the', 'granite', 'counter']],
    ['ann.novak42@example.com', ['ann', 'novak42', 'example', 'com']],
    ['id C81E728D-9d4c-2f63-6f06-7f89cc14862c.', ['id', 'c81e728d-9d4c-2f63-6f06-7f89cc14862c']],
    ['2026-11-25T09:30:15.123Z and 2026-11-26', ['2026-11-25', 'and', '2026-11-26']],
    ['+1 202-555-0100', ['1', '202', '555', '0100']],
    ['Zoë Ångström 東京 İstanbul', ['zoë', 'ångström', '東京', 'i̇stanbul']],
    ["O'Brien's \\ @maple", ['o', 'brien', 's', 'maple']],
    ['… 👍 \0\ud800', []],
    ['x'.repeat(3_000), ['x'.repeat(100)]],
  ])('of %j', (text, words) => expect(wordsOf(text)).toEqual(words));

  it('are asked for together, within tenants where some are named', () => {
    expect(wordQuery(['a', 'b'], undefined)).toBe(`'a' & 'b'`);
    expect(wordQuery(['a'], ['maple'])).toBe(`'a' & ('@maple')`);
    expect(wordQuery(['a'], ['maple', 'oak'])).toBe(`'a' & ('@maple' | '@oak')`);
    expect(wordQuery([`o'b\\`], undefined)).toBe(`'o''b\\\\'`);
  });
});
