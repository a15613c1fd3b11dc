import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventKey } from './event-key.ts';
import { KeyPrefixes, PREFIX_BYTES, prefixOf } from './key-prefixes.ts';

const keys = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => eventKey({ tenantId: 'maple', eventId: `event ${from + at}` }));

const prefixBytes = (key: string): Buffer => Buffer.from(key.replaceAll('-', ''), 'hex').subarray(0, PREFIX_BYTES);

function prefixesOf(sorted: readonly string[], portions = 1): KeyPrefixes {
  const size = Math.ceil(sorted.length / portions);
  return new KeyPrefixes(
    Array.from({ length: portions }, (_, at) =>
      Buffer.concat(sorted.slice(at * size, (at + 1) * size).map(prefixBytes)),
    ),
  );
}

describe('prefixes of keys', () => {
  it('hold every key they were made of and, of ten thousand others, none', () => {
    const prefixes = prefixesOf(keys(0, 10_000).toSorted(), 3);
    expect(prefixes.size).toBe(10_000);
    expect(keys(0, 10_000).every((key) => prefixes.mayHold(prefixOf(key)))).toBe(true);
    expect(keys(10_000, 20_000).filter((key) => prefixes.mayHold(prefixOf(key)))).toEqual([]);
  });

  it('hold nothing when made of nothing', () => {
    expect(new KeyPrefixes([]).mayHold({ bucket: 0, rest: 0 })).toBe(false);
    expect(new KeyPrefixes([]).size).toBe(0);
  });

  it('know the first and the last bucket, empty ones between, and keys that begin alike', () => {
    const digits = fc.oneof(fc.constantFrom('000000000000', '0000ffffffff', 'ffff00000000', 'ffffffffffff'), hex(12));
    fc.assert(
      fc.property(fc.array(digits, { maxLength: 40 }), digits, (held, other) => {
        const keyOf = (start: string): string => `${start.slice(0, 8)}-${start.slice(8)}-0000-0000-000000000000`;
        const prefixes = prefixesOf(held.map(keyOf).toSorted());
        for (const start of held) expect(prefixes.mayHold(prefixOf(keyOf(start)))).toBe(true);
        expect(prefixes.mayHold(prefixOf(keyOf(other)))).toBe(held.includes(other));
      }),
    );
  });
});

function hex(length: number): fc.Arbitrary<string> {
  const digit = fc.constantFrom(...Array.from({ length: 16 }, (_, value) => value.toString(16)));
  return fc.array(digit, { minLength: length, maxLength: length }).map((digits) => digits.join(''));
}
