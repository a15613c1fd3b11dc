import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBreaker } from '@hub/resilience';
import { createLogger, createRegistry } from '@hub/telemetry';
import { type TestServer, testRedis, until } from '@hub/testkit';
import type { Redis } from 'ioredis';
import { cacheTierConformance } from './cache-tier.sharedspec.ts';
import { connectRedis } from './connect-redis.ts';
import { GuardedTier } from './guarded-tier.ts';
import { RedisTier, type ValueCodec } from './redis-tier.ts';

const json: ValueCodec<unknown> = { encode: JSON.stringify, decode: (text) => JSON.parse(text) as unknown };
const LONG_MS = 60_000;

let server: TestServer;
let redis: Redis;
let prefixes = 0;

beforeAll(async () => {
  server = await testRedis();
  redis = connectRedis(server.url, 'spec', createLogger('spec', 'silent'));
  await until(() => redis.status === 'ready', { what: 'Redis' });
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function newTier(floorTtlMs = LONG_MS): { readonly tier: RedisTier<unknown>; readonly prefix: string } {
  prefixes += 1;
  const prefix = `spec-${prefixes}:`;
  return { tier: new RedisTier({ redis, prefix, codec: json, floorTtlMs }), prefix };
}

cacheTierConformance('Redis', () => ({ ...newTier(), elapse: async () => void (await redis.ping()) }));

describe('RedisTier', () => {
  it('compares versions as numbers, also large ones', async () => {
    const { tier } = newTier();
    const large = Number.MAX_SAFE_INTEGER;
    await tier.set('lead', { version: large, value: 'large' }, LONG_MS);
    expect(await tier.set('lead', { version: large - 1, value: 'older' }, LONG_MS)).toBe(false);
    expect(await tier.get('lead')).toEqual({ version: large, value: 'large' });
  });

  it('leaves nothing in Redis without an end', async () => {
    const { tier, prefix } = newTier(1234);
    await tier.set('copy', { version: 1, value: 1 }, 4321);
    await tier.invalidate([{ key: 'floor', version: 1 }]);
    expect(await redis.pttl(`${prefix}copy`)).toBeGreaterThan(1234);
    const floorTtlMs = await redis.pttl(`${prefix}floor`);
    expect(floorTtlMs).toBeGreaterThan(0);
    expect(floorTtlMs).toBeLessThanOrEqual(1234);
  });

  it('takes what another release wrote as a miss, and writes over it', async () => {
    const { tier, prefix } = newTier();
    for (const text of ['1:={not json', 'rubbish', '', ':=1', '1:?']) {
      await redis.set(`${prefix}lead`, text);
      expect(await tier.get('lead')).toBeUndefined();
      expect(await tier.set('lead', { version: 1, value: 'new' }, LONG_MS)).toBe(true);
      expect(await tier.get('lead')).toEqual({ version: 1, value: 'new' });
    }
  });
});

describe('a guarded RedisTier while Redis goes and comes back', () => {
  it('misses at once without it, and is believed again only after it knows what was missed', async () => {
    const breaker = createBreaker({ name: 'redis', timeoutMs: 500, resetMs: 20, volumeThreshold: 2 });
    const { tier: inner, prefix } = newTier();
    const tier = new GuardedTier(inner, { breaker, registry: createRegistry('spec'), maxTtlMs: LONG_MS });
    await tier.set('lead', { version: 1, value: 'old' }, LONG_MS);
    const stored = await redis.get(`${prefix}lead`);

    await server.pause();
    for (let read = 0; read < 5; read += 1) expect(await tier.get('lead')).toBeUndefined();
    await tier.invalidate([{ key: 'lead', version: 2 }]);

    await server.restart();
    await until(() => redis.status === 'ready', { what: 'the connection to come back' });
    // What a Redis that saves to disk, or sat behind a broken link, would still hold.
    await redis.set(`${prefix}lead`, stored ?? '');
    await until(() => tier.set('other', { version: 1, value: 1 }, LONG_MS), { what: 'the tier to be used again' });
    expect(await tier.get('lead')).toBeUndefined();
    expect(await tier.set('lead', { version: 1, value: 'late' }, LONG_MS)).toBe(false);
    expect(await tier.set('lead', { version: 2, value: 'new' }, LONG_MS)).toBe(true);
  });
});
