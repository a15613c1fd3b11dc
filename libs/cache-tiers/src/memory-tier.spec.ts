import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cacheTierConformance } from './cache-tier.sharedspec.ts';
import { ExpiringLru } from './expiring-lru.ts';
import { MemoryTier } from './memory-tier.ts';

cacheTierConformance('memory', () => {
  let nowMs = 0;
  const tier = new MemoryTier<unknown>({ maxEntries: 2000, nowMs: () => nowMs });
  return { tier, elapse: async () => void (nowMs += 5) };
});

describe('MemoryTier', () => {
  it('holds no more than it may, and drops what was not read for longest', async () => {
    const tier = new MemoryTier<number>({ maxEntries: 2 });
    await tier.set('a', { version: 1, value: 1 }, 1000);
    await tier.set('b', { version: 1, value: 2 }, 1000);
    await tier.get('a');
    await tier.set('c', { version: 1, value: 3 }, 1000);
    expect(tier.size).toBe(2);
    expect(await tier.get('b')).toBeUndefined();
    expect(await tier.get('a')).toEqual({ version: 1, value: 1 });
  });

  it('takes old versions again once the floor is forgotten', async () => {
    let nowMs = 0;
    const tier = new MemoryTier<string>({ maxEntries: 10, floorTtlMs: 100, nowMs: () => nowMs });
    await tier.invalidate([{ key: 'lead', version: 5 }]);
    nowMs = 99;
    expect(await tier.set('lead', { version: 4, value: 'restored' }, 1000)).toBe(false);
    nowMs = 100;
    expect(await tier.set('lead', { version: 4, value: 'restored' }, 1000)).toBe(true);
  });
});

describe('ExpiringLru', () => {
  it('acts like a list of the last used keys', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      act: fc.constantFrom('get', 'set', 'delete'),
      ttlMs: fc.nat(20),
      afterMs: fc.nat(5),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step), (maxEntries, steps) => {
        const lru = new ExpiringLru<number>(maxEntries);
        let model: { key: string; value: number; expiresAtMs: number }[] = [];
        let nowMs = 0;
        for (const [value, { key, act, ttlMs, afterMs }] of steps.entries()) {
          nowMs += afterMs;
          const held = model.find((entry) => entry.key === key);
          if (act === 'delete') lru.delete(key);
          if (act === 'set') lru.set(key, value, nowMs + ttlMs);
          const alive = held !== undefined && nowMs < held.expiresAtMs;
          if (act === 'get') expect(lru.get(key, nowMs)).toBe(alive ? held.value : undefined);
          model = model.filter((entry) => entry.key !== key);
          if (act === 'set') model.push({ key, value, expiresAtMs: nowMs + ttlMs });
          if (act === 'get' && alive) model.push(held);
          model = model.slice(-maxEntries);
          expect(lru.size).toBe(model.length);
        }
      }),
    );
  });

  it('refuses to hold nothing', () => {
    expect(() => new ExpiringLru(0)).toThrow(RangeError);
    expect(() => new ExpiringLru(Number.NaN)).toThrow(RangeError);
  });
});
