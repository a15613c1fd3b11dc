import type { Sent } from '@hub/messaging';
import { describe, expect, it } from '@jest/globals';
import { duplicateKey, Duplicates } from './duplicates.ts';

const written = (): Promise<Sent> => Promise.resolve('written');

/** A write that is settled from outside. */
function manualWrite() {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  let writes = 0;
  const write = (): Promise<Sent> => {
    writes += 1;
    return promise;
  };
  return { write, succeed: () => resolve('written'), fail: reject, writes: () => writes };
}

describe('Duplicates', () => {
  it('writes an event once, and says of its copies when it was first seen', async () => {
    const duplicates = new Duplicates();
    expect(await duplicates.once('a', 5, written)).toBeNull();
    const again = manualWrite();
    expect(await duplicates.once('a', 9, again.write)).toBe(5);
    expect(again.writes()).toBe(0);
    expect(await duplicates.once('b', 9, written)).toBeNull();
  });

  it('lets a storm of copies wait for the one write', async () => {
    const duplicates = new Duplicates();
    const { write, succeed, writes } = manualWrite();
    const storm = Array.from({ length: 50 }, (_, nowMs) => duplicates.once('a', nowMs, write));
    succeed();
    expect(await Promise.all(storm)).toEqual([null, ...Array.from({ length: 49 }, () => 0)]);
    expect(writes()).toBe(1);
  });

  it('tells every copy when the one write failed, and writes again for the next', async () => {
    const duplicates = new Duplicates();
    const { write, fail } = manualWrite();
    const storm = Array.from({ length: 3 }, () => duplicates.once('a', 5, write));
    fail(new Error('no room'));
    expect((await Promise.allSettled(storm)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await duplicates.once('a', 6, written)).toBeNull();
  });
});

describe('duplicateKey', () => {
  it('keeps sources, tenants and events apart', () => {
    const keys = [
      duplicateKey('ghl', 'loc1', 'e1'),
      duplicateKey('ghl', 'loc1', 'e2'),
      duplicateKey('ghl', 'loc', '1e1'),
      duplicateKey('ghl', null, 'e1'),
      duplicateKey('other', 'loc1', 'e1'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => /^[\w-]{22}$/.test(key))).toBe(true);
    expect(duplicateKey('ghl', 'loc1', 'e1')).toBe(keys[0]);
  });
});
