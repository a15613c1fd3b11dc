import { randomInt } from 'node:crypto';

/** Slots for each key: with half of them free, a search ends after two steps on average. */
const SLOTS_PER_KEY = 2;

/** The first characters of a hash are as good as another hash of it. */
const SLOT_CHARACTERS = 6;

/** Nobody outside knows it: else a sender could choose ids whose slots lie together, and make every search long. */
const MULTIPLIER = randomInt(2 ** 31) * 2 + 1;

/** Times by key in two flat arrays, with open addressing and linear probing (Knuth, TAOCP 3, 6.4). */
class Generation {
  readonly #characters: number;
  readonly #mask: number;
  readonly #keys: Uint8Array;
  /** NaN: the slot is free. */
  readonly #times: Float64Array;
  size = 0;

  constructor(maxKeys: number, characters: number) {
    const slots = 2 ** Math.ceil(Math.log2(maxKeys * SLOTS_PER_KEY));
    this.#characters = characters;
    this.#mask = slots - 1;
    this.#keys = new Uint8Array(slots * characters);
    this.#times = new Float64Array(slots).fill(Number.NaN);
  }

  get(key: string): number | undefined {
    const time = this.#times[this.#slotOf(key)];
    return time === undefined || Number.isNaN(time) ? undefined : time;
  }

  set(key: string, time: number): void {
    const slot = this.#slotOf(key);
    if (Number.isNaN(this.#times[slot])) {
      this.size += 1;
      const from = slot * this.#characters;
      for (let at = 0; at < this.#characters; at += 1) this.#keys[from + at] = key.charCodeAt(at);
    }
    this.#times[slot] = time;
  }

  clear(): void {
    this.#times.fill(Number.NaN);
    this.size = 0;
  }

  /** Where the key is, or where it would go. */
  #slotOf(key: string): number {
    let hash = 0;
    for (let at = 0; at < SLOT_CHARACTERS; at += 1) hash = Math.imul(hash, MULTIPLIER) + key.charCodeAt(at);
    let slot = hash & this.#mask;
    while (!Number.isNaN(this.#times[slot]) && !this.#isAt(slot, key)) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #isAt(slot: number, key: string): boolean {
    const from = slot * this.#characters;
    for (let at = 0; at < this.#characters; at += 1) {
      if (this.#keys[from + at] !== key.charCodeAt(at)) return false;
    }
    return true;
  }
}

/**
 * `RecentlySeen` for hashes of one length in ASCII. It makes no object for a key: a hundred thousand of them in a `Map` are half
 * of what a garbage collection has to look at, and the webhooks of that moment wait for it.
 */
export class RecentHashes {
  readonly #maxPerGeneration: number;
  #young: Generation;
  #old: Generation;

  constructor(maxPerGeneration: number, characters: number) {
    this.#maxPerGeneration = maxPerGeneration;
    this.#young = new Generation(maxPerGeneration, characters);
    this.#old = new Generation(maxPerGeneration, characters);
  }

  /** Epoch ms. */
  firstSeenAtMs(key: string): number | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  add(key: string, firstSeenAtMs: number): void {
    if (this.#young.size >= this.#maxPerGeneration) {
      [this.#old, this.#young] = [this.#young, this.#old];
      this.#young.clear();
    }
    this.#young.set(key, firstSeenAtMs);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
