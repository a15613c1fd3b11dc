import { describe, expect, it } from '@jest/globals';
import type { Breaker } from '@hub/resilience';
import { createRegistry } from '@hub/telemetry';
import fc from 'fast-check';
import type { CacheTier, Copy, Invalidation } from './cache-tier.ts';
import { GuardedTier } from './guarded-tier.ts';
import { MemoryTier } from './memory-tier.ts';
import { TieredCache } from './tiered-cache.ts';

const KEYS = ['a', 'b'];
const ttl = { l1Ms: 1e9, l2Ms: 1e9, absentMs: 1e9 };
const breaker: Breaker = { name: 'redis', state: 'closed', call: (work) => work(new AbortController().signal) };
const registry = createRegistry('cache');

/** A tier whose every call takes effect, and answers, when the scheduler says; some fail, before or after the effect. */
class Unreliable implements CacheTier<number> {
  readonly #inner = new MemoryTier<number>({ maxEntries: 100, nowMs: () => 0 });
  readonly #scheduler: fc.Scheduler;
  readonly #faults: Iterator<Fault>;

  constructor(scheduler: fc.Scheduler, faults: Iterator<Fault>) {
    this.#scheduler = scheduler;
    this.#faults = faults;
  }

  get(key: string): Promise<Copy<number> | undefined> {
    return this.#call(() => this.#inner.get(key));
  }
  set(key: string, copy: Copy<number>, ttlMs: number): Promise<boolean> {
    return this.#call(() => this.#inner.set(key, copy, ttlMs));
  }
  invalidate(changes: readonly Invalidation[]): Promise<void> {
    return this.#call(() => this.#inner.invalidate(changes));
  }

  async #call<T>(effect: () => Promise<T>): Promise<T> {
    const fault = this.#faults.next().value as Fault;
    await this.#scheduler.schedule(Promise.resolve());
    if (fault === 'lost') throw new Error('request lost');
    const result = await effect();
    await this.#scheduler.schedule(Promise.resolve());
    if (fault === 'unanswered') throw new Error('answer lost');
    return result;
  }
}

type Fault = 'none' | 'lost' | 'unanswered';
interface Step {
  readonly act: 'read' | 'change';
  readonly key: string;
  readonly process: number;
  /** How much of what is under way goes on before the next step begins. */
  readonly progress: number;
}

const steps = fc.array(
  fc.record<Step>({
    act: fc.constantFrom('read', 'read', 'change'),
    key: fc.constantFrom(...KEYS),
    process: fc.nat(1),
    progress: fc.constantFrom(0, 1, 2, 5, 20),
  }),
  { minLength: 1, maxLength: 30 },
);
const faults = fc.infiniteStream(fc.constantFrom<Fault>('none', 'none', 'none', 'lost', 'unanswered'));

const setups = fc.record({ processes: fc.constantFrom(1, 2), room: fc.constantFrom(1, 100) });

describe('TieredCache under any interleaving of reads, changes, loads and faults of Redis', () => {
  it('never answers a read with less than what was acknowledged to that cache before the read began', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), steps, faults, setups, async (scheduler, list, faulty, setup) => {
        const world = new World(scheduler, faulty, setup);
        const running = [];
        for (const { act, key, process, progress } of list) {
          running.push(world[act](key, process));
          for (let step = 0; step < progress && scheduler.count() > 0; step += 1) await scheduler.waitNext(1);
        }
        await scheduler.waitIdle();
        await Promise.all(running);

        const last = KEYS.flatMap((key) => [world.read(key, 0), world.read(key, 1)]);
        await scheduler.waitIdle();
        await Promise.all(last);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Some processes, each with a cache of its own, over one Redis and one source. */
class World {
  readonly #scheduler: fc.Scheduler;
  readonly #processes: readonly { readonly cache: TieredCache<number>; readonly acknowledged: Map<string, number> }[];
  readonly #truth = new Map(KEYS.map((key) => [key, 1]));

  constructor(scheduler: fc.Scheduler, faults: Iterator<Fault>, setup: { processes: number; room: number }) {
    this.#scheduler = scheduler;
    const redis = new Unreliable(scheduler, faults);
    this.#processes = Array.from({ length: setup.processes }, () => ({
      cache: newCache(redis, setup.room),
      acknowledged: new Map(),
    }));
  }

  async read(key: string, process: number): Promise<void> {
    const { cache, acknowledged } = this.#process(process);
    const atLeast = acknowledged.get(key) ?? 0;
    const { version, value } = await cache.get(key, () => this.#load(key));
    expect(version).toBeGreaterThanOrEqual(atLeast);
    expect(value).toBe(version);
  }

  /** As the service does: the process that learns of it tells its own cache, then the others, and hears itself. */
  async change(key: string, process: number): Promise<void> {
    const version = this.#versionOf(key) + 1;
    this.#truth.set(key, version);
    for (let turn = 0; turn <= this.#processes.length; turn += 1) {
      const { cache, acknowledged } = this.#process(process + turn);
      await cache.invalidate([{ key, version }]);
      acknowledged.set(key, Math.max(version, acknowledged.get(key) ?? 0));
    }
  }

  /** What the source says may be out of date by the time it arrives. */
  async #load(key: string): Promise<Copy<number>> {
    await this.#scheduler.schedule(Promise.resolve());
    const version = this.#versionOf(key);
    await this.#scheduler.schedule(Promise.resolve());
    return { version, value: version };
  }

  #versionOf(key: string): number {
    return this.#truth.get(key) ?? 0;
  }

  #process(at: number) {
    const process = this.#processes[at % this.#processes.length];
    if (process === undefined) throw new RangeError('no process');
    return process;
  }
}

function newCache(l2: CacheTier<number>, room: number): TieredCache<number> {
  const l1 = new MemoryTier<number>({ maxEntries: room, nowMs: () => 0 });
  const guarded = new GuardedTier(l2, { breaker, registry, maxTtlMs: 1e9 });
  return new TieredCache({ name: 'property', l1, l2: guarded, ttl, registry });
}
