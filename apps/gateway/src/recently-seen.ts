/**
 * Remembers when keys were first seen, the newest of them: two generations of a map, of which the older is forgotten when
 * the younger is full. So it holds between `maxPerGeneration` and twice as many keys, and forgetting costs nothing.
 */
export class RecentlySeen {
  readonly #maxPerGeneration: number;
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  constructor(maxPerGeneration: number) {
    this.#maxPerGeneration = maxPerGeneration;
  }

  /** Epoch ms. */
  firstSeenAtMs(key: string): number | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  add(key: string, firstSeenAtMs: number): void {
    if (this.#young.size >= this.#maxPerGeneration) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, firstSeenAtMs);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
