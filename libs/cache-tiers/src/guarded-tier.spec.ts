import { describe, expect, it } from '@jest/globals';
import { type Breaker, createBreaker } from '@hub/resilience';
import { createRegistry } from '@hub/telemetry';
import type { CacheTier, Copy, Invalidation } from './cache-tier.ts';
import { cacheTierConformance } from './cache-tier.sharedspec.ts';
import { GuardedTier, type GuardedTierOptions } from './guarded-tier.ts';
import { MemoryTier } from './memory-tier.ts';

/** Keeps its copies while it is away, as a Redis behind a broken link does. */
class Remote implements CacheTier<string> {
  readonly memory = new MemoryTier<string>({ maxEntries: 5000 });
  calls = 0;
  away = false;

  async get(key: string): Promise<Copy<string> | undefined> {
    this.#reach();
    return this.memory.get(key);
  }
  async set(key: string, copy: Copy<string>, ttlMs: number): Promise<boolean> {
    this.#reach();
    return this.memory.set(key, copy, ttlMs);
  }
  async invalidate(changes: readonly Invalidation[]): Promise<void> {
    this.#reach();
    return this.memory.invalidate(changes);
  }

  #reach(): void {
    this.calls += 1;
    if (this.away) throw new Error('connection refused');
  }
}

const old: Copy<string> = { version: 1, value: 'old' };
const neverOpens: Breaker = { name: 'redis', state: 'closed', call: (work) => work(new AbortController().signal) };

function start(more: Partial<GuardedTierOptions> = {}) {
  const remote = new Remote();
  const registry = createRegistry('cache');
  const tier = new GuardedTier<string>(remote, { breaker: neverOpens, registry, maxTtlMs: 1000, ...more });
  return { remote, tier, registry };
}

async function believedAgain(tier: CacheTier<string>): Promise<void> {
  while (!(await tier.set('probe', { version: 1, value: 'probe' }, 1000))) await Promise.resolve();
}

cacheTierConformance('a guarded tier', () => {
  let nowMs = 0;
  const inner = new MemoryTier<unknown>({ maxEntries: 2000, nowMs: () => nowMs });
  const options = { breaker: neverOpens, registry: createRegistry('cache'), maxTtlMs: 1000 };
  return { tier: new GuardedTier(inner, options), elapse: async () => void (nowMs += 5) };
});

describe('GuardedTier', () => {
  it('makes a failing tier a miss, and counts it', async () => {
    const { remote, tier, registry } = start();
    await tier.set('lead', old, 1000);
    remote.away = true;
    expect(await tier.get('lead')).toBeUndefined();
    expect(await tier.set('lead', old, 1000)).toBe(false);
    expect(await registry.metrics()).toContain('cache_tier_errors_total{tier="redis",service="cache"} 2');
    remote.away = false;
    expect(await tier.get('lead')).toEqual(old);
  });

  it('does not ask a tier whose breaker is open', async () => {
    const breaker = createBreaker({ name: 'redis', timeoutMs: 1000, volumeThreshold: 1, resetMs: 60_000 });
    const { remote, tier } = start({ breaker });
    remote.away = true;
    await tier.get('lead');
    await tier.get('lead');
    await tier.get('lead');
    expect(remote.calls).toBe(1);
  });

  it('pays the invalidations it owes before it believes the tier again', async () => {
    const { remote, tier } = start();
    await tier.set('lead', old, 1000);
    remote.away = true;
    await tier.invalidate([{ key: 'lead', version: 2 }]);
    await tier.invalidate([{ key: 'lead', version: 3 }]);
    await tier.invalidate([{ key: 'lead', version: 1 }]);
    remote.away = false;
    expect(await tier.get('lead')).toBeUndefined();
    await believedAgain(tier);
    expect(await remote.memory.get('lead')).toBeUndefined();
    expect(await remote.memory.set('lead', { version: 2, value: 'late' }, 1000)).toBe(false);
    expect(await tier.set('lead', { version: 3, value: 'current' }, 1000)).toBe(true);
  });

  it('still owes what fell due while it paid', async () => {
    const { remote, tier } = start();
    remote.away = true;
    await tier.invalidate([{ key: 'lead', version: 2 }]);
    remote.away = false;
    const paid = Promise.withResolvers<void>();
    const invalidate = remote.invalidate.bind(remote);
    remote.invalidate = async (changes) => {
      await invalidate(changes);
      await paid.promise;
    };
    await tier.get('lead'); // Begins to pay.
    remote.invalidate = () => Promise.reject(new Error('connection refused'));
    await tier.invalidate([{ key: 'lead', version: 3 }]);
    remote.invalidate = invalidate;
    paid.resolve();
    await believedAgain(tier);
    expect(await tier.set('lead', { version: 2, value: 'late' }, 1000)).toBe(false);
  });

  it('pays any number of debts', async () => {
    const { remote, tier } = start();
    remote.away = true;
    await tier.invalidate(Array.from({ length: 1234 }, (_, at) => ({ key: `lead-${at}`, version: 2 })));
    remote.away = false;
    await believedAgain(tier);
    expect(await tier.set('lead-0', old, 1000)).toBe(false);
    expect(await tier.set('lead-1233', old, 1000)).toBe(false);
  });

  it('with more debts than it can remember, waits until everything old has expired', async () => {
    let nowMs = 0;
    const { remote, tier } = start({ maxOwed: 2, nowMs: () => nowMs });
    await tier.set('a', old, 1000);
    remote.away = true;
    await tier.invalidate(['a', 'b', 'c'].map((key) => ({ key, version: 2 })));
    remote.away = false;
    nowMs = 999;
    expect(await tier.get('a')).toBeUndefined();
    nowMs = 1000;
    expect(await tier.set('d', old, 1000)).toBe(true);
  });
});
