import type { CacheTier, Copy, Invalidation } from './cache-tier.ts';
import { ExpiringLru } from './expiring-lru.ts';

export interface MemoryTierOptions {
  /** Most copies held; as many floors of late invalidations are remembered besides. */
  readonly maxEntries: number;
  /** How long copies older than an invalidation are refused: longer than any load takes. */
  readonly floorTtlMs?: number;
  readonly nowMs?: () => number;
}

/** L1: this process's own memory. Copies are handed out as they are, so nobody may change them. */
export class MemoryTier<V> implements CacheTier<V> {
  readonly #copies: ExpiringLru<Copy<V>>;
  readonly #floors: ExpiringLru<number>;
  readonly #floorTtlMs: number;
  readonly #nowMs: () => number;

  constructor({ maxEntries, floorTtlMs = 30_000, nowMs = Date.now }: MemoryTierOptions) {
    this.#copies = new ExpiringLru(maxEntries);
    this.#floors = new ExpiringLru(maxEntries);
    this.#floorTtlMs = floorTtlMs;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#copies.size;
  }

  async get(key: string): Promise<Copy<V> | undefined> {
    return this.#copies.get(key, this.#nowMs());
  }

  async set(key: string, copy: Copy<V>, ttlMs: number): Promise<boolean> {
    const nowMs = this.#nowMs();
    const held = this.#copies.get(key, nowMs)?.version ?? -Infinity;
    if (copy.version < Math.max(this.floorOf(key), held)) return false;
    this.#copies.set(key, copy, nowMs + ttlMs);
    return true;
  }

  async invalidate(changes: readonly Invalidation[]): Promise<void> {
    const nowMs = this.#nowMs();
    for (const { key, version } of changes) {
      const held = this.#copies.get(key, nowMs);
      if (held !== undefined && held.version < version) this.#copies.delete(key);
      this.#floors.set(key, Math.max(this.floorOf(key), version), nowMs + this.#floorTtlMs);
    }
  }

  /** The version below which copies of `key` are refused; -Infinity when no invalidation of it is remembered. */
  floorOf(key: string): number {
    return this.#floors.get(key, this.#nowMs()) ?? -Infinity;
  }

  /** Forgets all copies: invalidations may have been missed. */
  clear(): void {
    this.#copies.clear();
  }
}
