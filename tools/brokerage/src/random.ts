/**
 * sfc32, the small fast counting generator of Chris Doty-Humphrey's PractRand (public domain): 128 bits of state, period
 * at least 2^32, passes PractRand. One seed gives one sequence on every machine.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  constructor(seed: string | number) {
    this.reseed(seed);
  }

  /** Goes on as a generator of that seed begins. */
  reseed(seed: string | number): void {
    const text = String(seed);
    this.#a = hash(text, 0x811c9dc5);
    this.#b = hash(text, 0x9e3779b9);
    this.#c = hash(text, 0x85ebca6b);
    this.#counter = 1;
    // The first outputs still show the seed.
    for (let i = 0; i < 15; i += 1) this.uint32();
  }

  /** A generator of its own: what one draws does not shift what another gets. */
  fork(label: string): Random {
    return new Random(this.forkedSeed(label));
  }

  /** The seed of a fork, for whoever wants to begin it again. */
  forkedSeed(label: string): string {
    return `${label}/${this.uint32()}/${this.uint32()}`;
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** In [0, 1). */
  unit(): number {
    return this.uint32() / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** An integer in [0, count). */
  int(count: number): number {
    return Math.floor(this.unit() * count);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** @throws RangeError for an empty list. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.int(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** Picks in proportion to `share`. */
  share<T extends { readonly share: number }>(items: readonly T[]): T {
    let left = this.unit() * items.reduce((sum, item) => sum + item.share, 0);
    for (const item of items) {
      left -= item.share;
      if (left < 0) return item;
    }
    return this.pick(items);
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  /** Half of all draws lie below `median`; `sigma` is the spread of the logarithm. */
  logNormal(median: number, sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
    return median * Math.exp(sigma * normal);
  }

  /** Letters and digits, as GHL's ids are. */
  id(length = 20): string {
    return Array.from({ length }, () => ALPHABET[this.int(ALPHABET.length)]).join('');
  }

  uuid(): string {
    const hex = Array.from({ length: 4 }, () => this.uint32().toString(16).padStart(8, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** FNV-1a with a final mix, so that seeds 1 and 2 share nothing. */
function hash(text: string, basis: number): number {
  let state = basis;
  for (let i = 0; i < text.length; i += 1) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x7feb352d);
  state = Math.imul(state ^ (state >>> 15), 0x846ca68b);
  return state ^ (state >>> 16);
}
