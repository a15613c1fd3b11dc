import { counterIn, type Registry } from '@hub/telemetry';
import type { CacheTier, Copy, Invalidation } from './cache-tier.ts';
import type { MemoryTier } from './memory-tier.ts';
import { type Flight, SingleFlight } from './single-flight.ts';

export interface TtlPolicy {
  readonly l1Ms: number;
  readonly l2Ms: number;
  /** For copies that say "does not exist". */
  readonly absentMs: number;
}

export interface TieredCacheOptions<V> {
  /** What is cached, for metrics. */
  readonly name: string;
  readonly l1: MemoryTier<V>;
  /** Must not reject; see GuardedTier. */
  readonly l2: CacheTier<V>;
  readonly ttl: TtlPolicy;
  readonly registry: Registry;
  readonly random?: () => number;
}

export interface Found<V> extends Copy<V> {
  readonly servedFrom: 'l1' | 'l2' | 'l3';
}

// Copies written together must not all expire, and be loaded again, together.
const JITTER = 0.1;

/**
 * Memory, then Redis, then the source, as one cache. A read that begins after an invalidation was acknowledged never
 * gets an older version, whatever else is under way.
 */
export class TieredCache<V> {
  readonly #options: TieredCacheOptions<V>;
  readonly #flights = new SingleFlight<Found<V>>();
  readonly #count: (event: CacheEvent) => void;

  constructor(options: TieredCacheOptions<V>) {
    this.#options = options;
    this.#count = counting(options);
  }

  /**
   * The nearest copy; tiers that missed are filled with it.
   * @param load Asks the source. Called once for all who miss `key` at the same time.
   * @throws what `load` throws; nothing is kept then.
   */
  async get(key: string, load: () => Promise<Copy<V>>): Promise<Found<V>> {
    const copy = await this.#options.l1.get(key);
    if (copy !== undefined) {
      this.#count('l1Hit');
      return { ...copy, servedFrom: 'l1' };
    }
    this.#count('l1Miss');
    if (this.#flights.has(key)) this.#count('coalesced');
    return this.#flights.run(key, (flight) => this.#fill(key, load, flight));
  }

  /** Acknowledges that older copies of these keys are wrong from now on. */
  async invalidate(changes: readonly Invalidation[]): Promise<void> {
    this.#forget(changes);
    await this.#options.l2.invalidate(changes);
    // Once more: until L2 knew, an old copy could come from there, past a floor that L1 had no room to remember.
    this.#forget(changes);
  }

  // Memory does all of this at once, without a gap for a read to slip into.
  #forget(changes: readonly Invalidation[]): void {
    const { l1 } = this.#options;
    for (const { key, version } of changes) {
      // What began under this floor already brings nothing older: an invalidation heard twice costs no second load.
      if (l1.floorOf(key) < version) this.#flights.detach(key);
    }
    void l1.invalidate(changes);
  }

  /** Forgets all that this process holds itself: it may have missed invalidations. */
  clearMemory(): void {
    this.#options.l1.clear();
    this.#flights.detachAll();
  }

  async #fill(key: string, load: () => Promise<Copy<V>>, flight: Flight): Promise<Found<V>> {
    const { l1, l2 } = this.#options;
    const shared = await l2.get(key);
    // What L1 refuses is older than an invalidation that has not reached L2 yet.
    if (shared !== undefined && flight.isCurrent && (await l1.set(key, shared, this.#ttlMs('l1Ms', shared)))) {
      this.#count('l2Hit');
      return { ...shared, servedFrom: 'l2' };
    }
    this.#count('l2Miss');
    const loaded = await this.#load(load);
    if (flight.isCurrent) {
      await l1.set(key, loaded, this.#ttlMs('l1Ms', loaded));
      void l2.set(key, loaded, this.#ttlMs('l2Ms', loaded));
    }
    return { ...loaded, servedFrom: 'l3' };
  }

  async #load(load: () => Promise<Copy<V>>): Promise<Copy<V>> {
    try {
      const loaded = await load();
      this.#count('l3Hit');
      return loaded;
    } catch (error) {
      this.#count('l3Error');
      throw error;
    }
  }

  #ttlMs(tier: 'l1Ms' | 'l2Ms', copy: Copy<V>): number {
    const { ttl, random = Math.random } = this.#options;
    const wholeMs = copy.value === null ? Math.min(ttl.absentMs, ttl[tier]) : ttl[tier];
    return wholeMs * (1 - JITTER * random());
  }
}

type CacheEvent = 'l1Hit' | 'l1Miss' | 'l2Hit' | 'l2Miss' | 'l3Hit' | 'l3Error' | 'coalesced';

function counting({
  name,
  registry,
}: {
  readonly name: string;
  readonly registry: Registry;
}): (event: CacheEvent) => void {
  const reads = counterIn(registry, {
    name: 'cache_reads_total',
    help: 'Reads per tier; l3 is the source, coalesced ones waited for the read of another',
    labelNames: ['cache', 'outcome'],
  });
  return (outcome) => reads.inc({ cache: name, outcome });
}
