import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VIEWS } from '../queue/views.ts';
import { routeOf, searchOf } from './route.ts';

describe('the address of the page', () => {
  it('gives back what was written into it', () => {
    const id = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.record({ tenant: id, view: fc.constantFrom(...VIEWS), lead: id }), (route) => {
        expect(routeOf(searchOf(route))).toEqual(route);
      }),
    );
  });

  it('shows Now for a view that does not exist', () => {
    expect(routeOf('?view=nonsense').view).toBe('now');
  });
});
