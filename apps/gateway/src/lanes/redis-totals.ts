import type { Breaker } from '@hub/resilience';
import type { Redis } from 'ioredis';
import type { SharedTotals } from './shared-limits.ts';

const PREFIX = 'hub:lane:';
/** Longer than a gateway looks after a tenant that sends nothing. */
const TTL_MS = 60_000;
const TENANTS_PER_CALL = 500;

const ADD = `local totals = {}
for at, key in ipairs(KEYS) do
  totals[at] = redis.call('INCRBY', key, ARGV[at + 1])
  redis.call('PEXPIRE', key, ARGV[1])
end
return totals`;

interface Script {
  hubAddToTotals(keyCount: number, ...keysAndArguments: (string | number)[]): Promise<number[]>;
}

/** The totals in Redis or Valkey: a number per tenant that expires when nobody adds to it. */
export class RedisTotals implements SharedTotals {
  readonly #redis: Redis & Script;
  readonly #breaker: Breaker;

  /** @param breaker Its time limit is the deadline of a round. */
  constructor(redis: Redis, breaker: Breaker) {
    redis.defineCommand('hubAddToTotals', { lua: ADD });
    // The command just defined becomes a method, which the type of Redis cannot know.
    this.#redis = redis as Redis & Script;
    this.#breaker = breaker;
  }

  add(counts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    return this.#breaker.call(async () => {
      const all = [...counts];
      const calls: Promise<[string, number][]>[] = [];
      for (let from = 0; from < all.length; from += TENANTS_PER_CALL) {
        calls.push(this.#addSome(all.slice(from, from + TENANTS_PER_CALL)));
      }
      return new Map((await Promise.all(calls)).flat());
    });
  }

  async #addSome(counts: readonly (readonly [string, number])[]): Promise<[string, number][]> {
    const keys = counts.map(([tenantId]) => PREFIX + tenantId);
    const totals = await this.#redis.hubAddToTotals(keys.length, ...keys, TTL_MS, ...counts.map(([, count]) => count));
    return counts.map(([tenantId], at) => [tenantId, Number(totals[at])]);
  }
}
