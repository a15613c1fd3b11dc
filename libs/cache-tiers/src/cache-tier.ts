import type { CacheInvalidation } from '@hub/contracts';

/**
 * What a cache holds of one thing: its value as of `version`, which rises with every change of the thing.
 * A value of null says that the thing does not exist; 0, false and '' are values like any other.
 */
export interface Copy<V> {
  readonly version: number;
  readonly value: V | null;
}

/** From now on only copies of at least `version` are right. */
export type Invalidation = CacheInvalidation[number];

/** One place that keeps copies. All tiers pass the same conformance suite (cache-tier.sharedspec.ts). */
export interface CacheTier<V> {
  /** @returns undefined on a miss. */
  get(key: string): Promise<Copy<V> | undefined>;
  /**
   * Keeps a copy for `ttlMs` at most.
   * @returns false when it was refused: a newer copy is held, or an invalidation of late asks for a newer one.
   */
  set(key: string, copy: Copy<V>, ttlMs: number): Promise<boolean>;
  /** Drops the copies that are too old, and refuses such copies for a while: one may be on its way here. */
  invalidate(changes: readonly Invalidation[]): Promise<void>;
}
