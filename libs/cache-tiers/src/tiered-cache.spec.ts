import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRegistry, type Registry } from '@hub/telemetry';
import type { Copy } from './cache-tier.ts';
import { MemoryTier } from './memory-tier.ts';
import { TieredCache } from './tiered-cache.ts';

const ttl = { l1Ms: 100, l2Ms: 1000, absentMs: 10 };

let nowMs: number;
let truth: Copy<string>;
let loads: number;
let registry: Registry;
let l2: MemoryTier<string>;
let cache: TieredCache<string>;

/** Another process with the same L2. */
function instance(): TieredCache<string> {
  const l1 = new MemoryTier<string>({ maxEntries: 100, nowMs: () => nowMs });
  return new TieredCache({ name: 'lead', l1, l2, ttl, registry, random: () => 0 });
}

const load = async () => {
  loads += 1;
  return truth;
};

beforeEach(() => {
  nowMs = 0;
  loads = 0;
  truth = { version: 1, value: 'one' };
  registry = createRegistry('cache');
  l2 = new MemoryTier({ maxEntries: 100, nowMs: () => nowMs });
  cache = instance();
});

describe('TieredCache', () => {
  it('asks memory, then Redis, then the source, and fills what missed', async () => {
    expect(await cache.get('a', load)).toEqual({ version: 1, value: 'one', servedFrom: 'l3' });
    expect(await cache.get('a', load)).toEqual({ version: 1, value: 'one', servedFrom: 'l1' });
    const other = instance();
    expect(await other.get('a', load)).toEqual({ version: 1, value: 'one', servedFrom: 'l2' });
    expect(await other.get('a', load)).toEqual({ version: 1, value: 'one', servedFrom: 'l1' });
    expect(loads).toBe(1);
  });

  it('a tier forgets in its own time', async () => {
    await cache.get('a', load);
    nowMs = 100;
    expect((await cache.get('a', load)).servedFrom).toBe('l2');
    nowMs = 1000;
    expect((await cache.get('a', load)).servedFrom).toBe('l3');
  });

  it('spreads the times at which copies expire', async () => {
    const l1 = new MemoryTier<string>({ maxEntries: 100, nowMs: () => nowMs });
    const early = new TieredCache({ name: 'lead', l1, l2, ttl, registry, random: () => 0.999 });
    await early.get('a', load);
    nowMs = 91;
    expect((await early.get('a', load)).servedFrom).toBe('l2');
  });

  it('keeps for a short time that something does not exist', async () => {
    truth = { version: 0, value: null };
    expect(await cache.get('a', load)).toEqual({ version: 0, value: null, servedFrom: 'l3' });
    expect((await cache.get('a', load)).servedFrom).toBe('l1');
    nowMs = 10;
    truth = { version: 1, value: 'created' };
    expect(await cache.get('a', load)).toEqual({ version: 1, value: 'created', servedFrom: 'l3' });
  });

  it.each(['', 0, false])('serves a stored %j from memory', async (value) => {
    const l1 = new MemoryTier<unknown>({ maxEntries: 100 });
    const any = new TieredCache<unknown>({ name: 'any', l1, l2: new MemoryTier({ maxEntries: 1 }), ttl, registry });
    await any.get('a', async () => ({ version: 1, value }));
    expect(await any.get('a', load)).toEqual({ version: 1, value, servedFrom: 'l1' });
  });

  it('loads once for all who miss at the same time, and counts them', async () => {
    const found = await Promise.all(Array.from({ length: 50 }, () => cache.get('a', load)));
    expect(loads).toBe(1);
    expect(new Set(found.map(({ value }) => value))).toEqual(new Set(['one']));
    await cache.get('a', load);
    const metrics = await registry.metrics();
    const counts = { l1Hit: 1, l1Miss: 50, l2Miss: 1, l3Hit: 1, coalesced: 49 };
    for (const [outcome, count] of Object.entries(counts)) {
      expect(metrics).toContain(`cache_reads_total{cache="lead",outcome="${outcome}",service="cache"} ${count}\n`);
    }
  });

  it('a failed load rejects all who wait, keeps nothing, and the next read tries again', async () => {
    const fail = () => Promise.reject(new Error('postgres is away'));
    const results = await Promise.allSettled([cache.get('a', fail), cache.get('a', fail)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await l2.get('a')).toBeUndefined();
    expect((await cache.get('a', load)).servedFrom).toBe('l3');
  });

  it('an invalidation reaches memory and Redis', async () => {
    await cache.get('a', load);
    truth = { version: 2, value: 'two' };
    await cache.invalidate([{ key: 'a', version: 2 }]);
    expect(await cache.get('a', load)).toEqual({ version: 2, value: 'two', servedFrom: 'l3' });
    expect((await cache.get('a', load)).servedFrom).toBe('l1');
  });

  it('an invalidation of a version it already has costs nothing', async () => {
    truth = { version: 2, value: 'two' };
    await cache.get('a', load);
    await cache.invalidate([{ key: 'a', version: 2 }]);
    expect((await cache.get('a', load)).servedFrom).toBe('l1');
  });

  it('a load overtaken by an invalidation serves who asked before, and is not kept', async () => {
    const slow = Promise.withResolvers<Copy<string>>();
    const started = Promise.withResolvers<void>();
    const before = cache.get('a', () => {
      started.resolve();
      return slow.promise;
    });
    await started.promise;
    truth = { version: 2, value: 'two' };
    await cache.invalidate([{ key: 'a', version: 2 }]);
    const after = cache.get('a', load);
    slow.resolve({ version: 1, value: 'one' });
    expect(await before).toMatchObject({ version: 1 });
    expect(await after).toMatchObject({ version: 2, servedFrom: 'l3' });
    expect(await cache.get('a', load)).toMatchObject({ version: 2, servedFrom: 'l1' });
    expect(await l2.get('a')).toMatchObject({ version: 2 });
  });

  it('an invalidation heard a second time disturbs no load that began after the first', async () => {
    const slow = Promise.withResolvers<Copy<string>>();
    await cache.invalidate([{ key: 'a', version: 2 }]);
    const reading = cache.get('a', () => slow.promise);
    await cache.invalidate([{ key: 'a', version: 2 }]);
    const joined = cache.get('a', load);
    slow.resolve({ version: 2, value: 'two' });
    expect(await Promise.all([reading, joined])).toMatchObject([{ version: 2 }, { version: 2 }]);
    expect(loads).toBe(0);
    expect(await cache.get('a', load)).toMatchObject({ version: 2, servedFrom: 'l1' });
  });

  it('an old copy that came from Redis while that was being told is dropped, floor or no floor', async () => {
    const told = Promise.withResolvers<void>();
    const raiseFloors = l2.invalidate.bind(l2);
    l2.invalidate = (changes) => told.promise.then(() => raiseFloors(changes));
    const l1 = new MemoryTier<string>({ maxEntries: 1 });
    const small = new TieredCache({ name: 'lead', l1, l2, ttl, registry });
    await l2.set('a', truth, 1000);
    const acknowledged = small.invalidate(['a', 'b'].map((key) => ({ key, version: 2 })));
    expect(await small.get('a', load)).toMatchObject({ version: 1, servedFrom: 'l2' });
    told.resolve();
    await acknowledged;
    truth = { version: 2, value: 'two' };
    expect(await small.get('a', load)).toMatchObject({ version: 2, servedFrom: 'l3' });
  });

  it('forgets its memory when told that it may have missed something', async () => {
    await cache.get('a', load);
    cache.clearMemory();
    expect((await cache.get('a', load)).servedFrom).toBe('l2');
  });
});
