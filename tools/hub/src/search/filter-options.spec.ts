import { describe, expect, it } from '@jest/globals';
import { filterOf } from './filter-options.ts';

const NOW = Date.parse('2026-12-02T12:00:00Z');

describe('a filter', () => {
  it('is what was given, in the words of the API', () => {
    expect(filterOf({ contact: 'ann', since: '2h', until: '2026-12-02', text: 'granite', rate: '5' }, NOW)).toEqual({
      lead: 'ann',
      from: '2026-12-02T10:00:00.000Z',
      to: '2026-12-02T00:00:00.000Z',
      text: 'granite',
    });
    expect(filterOf({}, NOW)).toEqual({});
  });

  it('has one name for a contact at a time', () => {
    expect(filterOf({ lead: 'ann' }, NOW)).toEqual({ lead: 'ann' });
    expect(() => filterOf({ lead: 'ann', contact: 'bob' }, NOW)).toThrow('give one');
  });
});
