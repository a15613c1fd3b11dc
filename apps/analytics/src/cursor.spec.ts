import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor.ts';

describe('a cursor', () => {
  it('gives back what it was made of, to the last bit of the key', () => {
    const cursor = fc.record({
      list: fc.constantFrom('now', 'cold', 'all'),
      // JSON knows neither -0 nor what is not finite; no key is either.
      key: fc.double({ noNaN: true, noDefaultInfinity: true }).map((key) => key + 0),
      id: fc.string({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(cursor, (made) => {
        expect(decodeCursor(encodeCursor(made))).toEqual(made);
      }),
    );
  });

  it.each(['', 'x', 'W10', Buffer.from('["now","1","a"]').toString('base64url'), 'A'.repeat(401)])(
    'is not made of %j',
    (text) => {
      expect(decodeCursor(text)).toBeNull();
    },
  );
});
