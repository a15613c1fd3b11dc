import type { Breaker } from '@hub/resilience';
import { type Counter, counterIn, type Registry } from '@hub/telemetry';
import type { CacheTier, Copy, Invalidation } from './cache-tier.ts';

export interface GuardedTierOptions {
  readonly breaker: Breaker;
  readonly registry: Registry;
  /** Longest time that anyone's copy lives in this tier. */
  readonly maxTtlMs: number;
  /** Most keys whose invalidation is remembered while the tier is away. */
  readonly maxOwed?: number;
  readonly nowMs?: () => number;
}

const PAID_PER_CALL = 500;

/**
 * A tier that may be away without anyone noticing more than misses. Its copies outlive the absence, though: every
 * invalidation that did not reach it is owed, and all debts are paid before it is believed again.
 */
export class GuardedTier<V> implements CacheTier<V> {
  readonly #tier: CacheTier<V>;
  readonly #breaker: Breaker;
  readonly #errors: Counter<'tier'>;
  readonly #maxOwed: number;
  readonly #maxTtlMs: number;
  readonly #nowMs: () => number;
  readonly #owed = new Map<string, number>();
  #paying = false;
  #distrustUntilMs = -Infinity;

  constructor(
    tier: CacheTier<V>,
    { breaker, registry, maxTtlMs, maxOwed = 50_000, nowMs = Date.now }: GuardedTierOptions,
  ) {
    this.#tier = tier;
    this.#breaker = breaker;
    this.#maxTtlMs = maxTtlMs;
    this.#maxOwed = maxOwed;
    this.#nowMs = nowMs;
    this.#errors = counterIn(registry, {
      name: 'cache_tier_errors_total',
      help: 'Calls of a cache tier that failed and were taken as misses, or as owed',
      labelNames: ['tier'],
    });
  }

  get(key: string): Promise<Copy<V> | undefined> {
    return this.#attempt(() => this.#tier.get(key), undefined);
  }

  set(key: string, copy: Copy<V>, ttlMs: number): Promise<boolean> {
    return this.#attempt(() => this.#tier.set(key, copy, ttlMs), false);
  }

  /** Never rejects: what does not reach the tier is owed to it. */
  async invalidate(changes: readonly Invalidation[]): Promise<void> {
    const reached = await this.#attemptNow(async () => {
      await this.#tier.invalidate(changes);
      return true;
    }, false);
    if (!reached) this.#owe(changes);
  }

  async #attempt<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    if (this.#nowMs() < this.#distrustUntilMs) return otherwise;
    if (this.#owed.size === 0) return this.#attemptNow(work, otherwise);
    // Nobody waits for this: there is another tier to ask meanwhile.
    if (!this.#paying) void this.#pay();
    return otherwise;
  }

  async #attemptNow<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await this.#breaker.call(work);
    } catch {
      // The breaker tells when the tier goes and comes back; each single failure is no news.
      this.#errors.inc({ tier: this.#breaker.name });
      return otherwise;
    }
  }

  #owe(changes: readonly Invalidation[]): void {
    for (const { key, version } of changes) {
      this.#owed.set(key, Math.max(version, this.#owed.get(key) ?? version));
    }
    if (this.#owed.size <= this.#maxOwed) return;
    // Too many to remember: believe nothing of what the tier holds until all of it has expired.
    this.#owed.clear();
    this.#distrustUntilMs = this.#nowMs() + this.#maxTtlMs;
  }

  async #pay(): Promise<void> {
    this.#paying = true;
    while (this.#owed.size > 0 && (await this.#attemptNow(() => this.#paySome(), false)));
    this.#paying = false;
  }

  async #paySome(): Promise<true> {
    const debts: Invalidation[] = [];
    for (const [key, version] of this.#owed) {
      if (debts.push({ key, version }) === PAID_PER_CALL) break;
    }
    await this.#tier.invalidate(debts);
    for (const { key, version } of debts) {
      if (this.#owed.get(key) === version) this.#owed.delete(key);
    }
    return true;
  }
}
