import { describe, expect, it } from '@jest/globals';
import type { CacheTier } from './cache-tier.ts';

export interface TierUnderTest {
  /** Empty, and refusing outdated copies for long. */
  readonly tier: CacheTier<unknown>;
  /** Lets some time pass. */
  readonly elapse: () => Promise<void>;
}

const LONG_MS = 60_000;
const SHORT_MS = 20;

/** What every tier must do, whatever it keeps its copies in. Each spec starts from an empty tier. */
export function cacheTierConformance(name: string, start: () => TierUnderTest): void {
  describe(`${name} as a cache tier`, () => {
    it('misses what it was never given', async () => {
      expect(await start().tier.get('lead')).toBeUndefined();
    });

    it.each([[0], [false], [''], [[]], [{ a: [1, 'ü', null] }]])('%j is a value like any other', async (value) => {
      const { tier } = start();
      expect(await tier.set('lead', { version: 1, value }, LONG_MS)).toBe(true);
      expect(await tier.get('lead')).toEqual({ version: 1, value });
    });

    it('keeps that something does not exist', async () => {
      const { tier } = start();
      await tier.set('lead', { version: 0, value: null }, LONG_MS);
      expect(await tier.get('lead')).toEqual({ version: 0, value: null });
    });

    it('keeps keys apart, whatever is in them', async () => {
      const { tier } = start();
      const keys = ['a', 'a:b', 'a b', 'A', 'ä', '__proto__', ''];
      for (const key of keys) await tier.set(key, { version: 1, value: key }, LONG_MS);
      for (const key of keys) expect(await tier.get(key)).toEqual({ version: 1, value: key });
    });

    it('takes a newer and an equal version, and refuses an older one', async () => {
      const { tier } = start();
      await tier.set('lead', { version: 2, value: 'two' }, LONG_MS);
      expect(await tier.set('lead', { version: 1, value: 'one' }, LONG_MS)).toBe(false);
      expect(await tier.get('lead')).toEqual({ version: 2, value: 'two' });
      expect(await tier.set('lead', { version: 2, value: 'two again' }, LONG_MS)).toBe(true);
      expect(await tier.set('lead', { version: 10, value: 'ten' }, LONG_MS)).toBe(true);
      expect(await tier.get('lead')).toEqual({ version: 10, value: 'ten' });
    });

    it('an invalidation drops what is older, and nothing else', async () => {
      const { tier } = start();
      for (const [key, version] of [
        ['old', 1],
        ['equal', 2],
        ['newer', 3],
        ['other', 1],
      ] as const) {
        await tier.set(key, { version, value: key }, LONG_MS);
      }
      await tier.invalidate(['old', 'equal', 'newer', 'unknown'].map((key) => ({ key, version: 2 })));
      expect(await tier.get('old')).toBeUndefined();
      expect(await tier.get('equal')).toEqual({ version: 2, value: 'equal' });
      expect(await tier.get('newer')).toEqual({ version: 3, value: 'newer' });
      expect(await tier.get('other')).toEqual({ version: 1, value: 'other' });
      expect(await tier.get('unknown')).toBeUndefined();
    });

    it('refuses an outdated copy that arrives after the invalidation, and takes a current one', async () => {
      const { tier } = start();
      await tier.invalidate([{ key: 'lead', version: 5 }]);
      expect(await tier.set('lead', { version: 4, value: 'late' }, LONG_MS)).toBe(false);
      expect(await tier.set('lead', { version: 0, value: null }, LONG_MS)).toBe(false);
      expect(await tier.get('lead')).toBeUndefined();
      expect(await tier.set('lead', { version: 5, value: 'current' }, LONG_MS)).toBe(true);
      expect(await tier.get('lead')).toEqual({ version: 5, value: 'current' });
    });

    it('an invalidation that comes late does not lower the floor', async () => {
      const { tier } = start();
      await tier.invalidate([{ key: 'lead', version: 5 }]);
      await tier.invalidate([{ key: 'lead', version: 3 }]);
      expect(await tier.set('lead', { version: 4, value: 'late' }, LONG_MS)).toBe(false);
    });

    it('forgets a copy after its time', async () => {
      const { tier, elapse } = start();
      await tier.set('brief', { version: 1, value: 1 }, SHORT_MS);
      await tier.set('long', { version: 1, value: 1 }, LONG_MS);
      while ((await tier.get('brief')) !== undefined) await elapse();
      expect(await tier.get('long')).toEqual({ version: 1, value: 1 });
      expect(await tier.set('brief', { version: 0, value: null }, LONG_MS)).toBe(true);
    });

    it('takes no changes, and very many', async () => {
      const { tier } = start();
      await tier.invalidate([]);
      await tier.set('lead-1100', { version: 1, value: 1 }, LONG_MS);
      await tier.invalidate(Array.from({ length: 1101 }, (_, at) => ({ key: `lead-${at}`, version: 2 })));
      expect(await tier.get('lead-1100')).toBeUndefined();
    });
  });
}
