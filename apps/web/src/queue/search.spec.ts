import { describe, expect, it } from '@jest/globals';
import { sampleRow } from './sample-row.ts';
import { leadsNamed } from './search.ts';

const rows = ['Dana Ruiz', 'Adana Smith', 'Inés Núñez', 'Dan Okafor'].map((name) => sampleRow({ leadId: name, name }));
const found = (query: string): readonly string[] => leadsNamed(rows, query, 3).map(({ name }) => name);

describe('leadsNamed', () => {
  it.each([
    ['dana', ['Dana Ruiz', 'Adana Smith']],
    ['RUIZ  da', ['Dana Ruiz']],
    ['nunez', ['Inés Núñez']],
    ['Núñ', ['Inés Núñez']],
    ['', []],
    ['  ', []],
    ['xyz', []],
  ])('finds %j', (query, names) => {
    expect(found(query)).toEqual(names);
  });

  it('gives no more than asked for', () => {
    expect(leadsNamed(rows, 'a', 2)).toHaveLength(2);
  });
});
