import type { Sent } from '@hub/messaging';
import { describe, expect, it } from '@jest/globals';
import { duplicateKey, Duplicates } from './duplicates.ts';
import type { SharedMarks } from './shared-marks.ts';

function trusting(marks: Pick<SharedMarks, 'lookUp' | 'add'> | null = null): Duplicates {
  const duplicates = new Duplicates(marks);
  duplicates.trust('first');
  return duplicates;
}

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

const A = duplicateKey('ghl', 'maple', 'a');
const B = duplicateKey('ghl', 'maple', 'b');

describe('Duplicates', () => {
  it('writes an event once, and says of its copies when it was first seen', async () => {
    const duplicates = trusting();
    expect(await duplicates.once(A, 5, written)).toBeNull();
    const again = manualWrite();
    expect(await duplicates.once(A, 9, again.write)).toBe(5);
    expect(again.writes()).toBe(0);
    expect(await duplicates.once(B, 9, written)).toBeNull();
  });

  it('lets a storm of copies wait for the one write', async () => {
    const duplicates = trusting();
    const { write, succeed, writes } = manualWrite();
    const storm = Array.from({ length: 50 }, (_, nowMs) => duplicates.once(A, nowMs, write));
    succeed();
    expect(await Promise.all(storm)).toEqual([null, ...Array.from({ length: 49 }, () => 0)]);
    expect(writes()).toBe(1);
  });

  it('tells every copy when the one write failed, and writes again for the next', async () => {
    const duplicates = trusting();
    const { write, fail } = manualWrite();
    const storm = Array.from({ length: 3 }, () => duplicates.once(A, 5, write));
    fail(new Error('no room'));
    expect((await Promise.allSettled(storm)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await duplicates.once(A, 6, written)).toBeNull();
  });
});

describe('Duplicates and the stream that holds the firsts', () => {
  it('calls nothing a copy while it is not known whether the stream is still there', async () => {
    const duplicates = trusting();
    await duplicates.once(A, 5, written);
    duplicates.trust(null);
    expect(await duplicates.once(A, 6, written)).toBeNull();
    duplicates.trust('first');
    expect(await duplicates.once(A, 7, written)).toBe(6);
  });

  it('forgets everything when the stream is another one', async () => {
    const duplicates = trusting();
    await duplicates.once(A, 5, written);
    duplicates.trust(null);
    duplicates.trust('second');
    expect(await duplicates.once(A, 6, written)).toBeNull();
  });
});

describe('Duplicates with marks that others share', () => {
  /** Marks that are found when told to. */
  function manualMarks() {
    const lookUps: { incarnation: string; key: string; firstSeenAtMs: number | null }[] = [];
    const added: [string, string, number][] = [];
    const marks: Pick<SharedMarks, 'lookUp' | 'add'> = {
      lookUp: (incarnation, key) => {
        const lookUp = { incarnation, key, firstSeenAtMs: null };
        lookUps.push(lookUp);
        return lookUp;
      },
      add: (...mark) => void added.push(mark),
    };
    const find = (firstSeenAtMs: number): void => {
      for (const lookUp of lookUps) lookUp.firstSeenAtMs = firstSeenAtMs;
    };
    return { marks, added, find };
  }

  /** A write that waits for its turn, and then asks whether it is needed. */
  function waitingWrite() {
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    const write = async (isNeedless?: () => boolean): Promise<Sent> => {
      await turn;
      return isNeedless?.() === true ? 'needless' : 'written';
    };
    return { write, takeTurn: resolve };
  }

  it('marks an event only after its write has succeeded', async () => {
    const { marks, added } = manualMarks();
    const duplicates = trusting(marks);
    const { write, succeed } = manualWrite();
    const first = duplicates.once(A, 5, write);
    expect(added).toEqual([]);
    succeed();
    await first;
    expect(added).toEqual([['first', A, 5]]);
    const failing = manualWrite();
    failing.fail(new Error('no room'));
    await expect(duplicates.once(B, 6, failing.write)).rejects.toThrow('no room');
    expect(added).toHaveLength(1);
  });

  it('spares the write when a mark is found before its turn, for all copies', async () => {
    const { marks, added, find } = manualMarks();
    const duplicates = trusting(marks);
    const { write, takeTurn } = waitingWrite();
    const copies = [duplicates.once(A, 50, write), duplicates.once(A, 51, write)];
    find(5);
    takeTurn();
    expect(await Promise.all(copies)).toEqual([5, 5]);
    expect(await duplicates.once(A, 52, written)).toBe(5);
    expect(added).toEqual([]);
  });

  it('does not believe a mark once the stream has become unsure or another', async () => {
    for (const incarnation of [null, 'second']) {
      const { marks, added, find } = manualMarks();
      const duplicates = trusting(marks);
      const { write, takeTurn } = waitingWrite();
      const sent = duplicates.once(A, 50, write);
      find(5);
      duplicates.trust(incarnation);
      takeTurn();
      expect(await sent).toBeNull();
      expect(added).toEqual([]);
    }
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
