/** Bytes of a key that are remembered: with 30 million keys, one new key in 10,000,000 looks like one of them. */
export const PREFIX_BYTES = 6;

const BUCKETS = 65_536;

/**
 * The first 48 bits of keys that never change again, about 4.3 bytes of memory each. Keys are hashes, so their first 16
 * bits spread them evenly over as many buckets; a bucket is a short run of the next 32 bits, in order.
 */
export class KeyPrefixes {
  /** Where each bucket begins, and where the last one ends. */
  readonly #starts = new Uint32Array(BUCKETS + 1);
  readonly #rests: Uint32Array;

  /** @param sorted Prefixes end to end, in order. */
  constructor(sorted: readonly Uint8Array[]) {
    const bytes = Buffer.concat(sorted);
    this.#rests = new Uint32Array(bytes.length / PREFIX_BYTES);
    for (let at = 0; at < this.#rests.length; at += 1) {
      const bucket = bytes.readUInt16BE(at * PREFIX_BYTES);
      this.#starts[bucket + 1] = at + 1;
      this.#rests[at] = bytes.readUInt32BE(at * PREFIX_BYTES + 2);
    }
    // An empty bucket begins where the one before it ends.
    for (let bucket = 1; bucket <= BUCKETS; bucket += 1) {
      this.#starts[bucket] = Math.max(this.#starts[bucket] ?? 0, this.#starts[bucket - 1] ?? 0);
    }
  }

  get size(): number {
    return this.#rests.length;
  }

  /** False: the key is not among them. True: it is, but for a chance of one in 300 million. */
  mayHold({ bucket, rest }: Prefix): boolean {
    const end = this.#starts[bucket + 1] ?? 0;
    for (let at = this.#starts[bucket] ?? 0; at < end; at += 1) {
      if (this.#rests[at] === rest) return true;
    }
    return false;
  }
}

/** The first 48 bits of a key. */
export interface Prefix {
  readonly bucket: number;
  readonly rest: number;
}

/** @param key As `eventKey` writes it. */
export function prefixOf(key: string): Prefix {
  const digits = Number.parseInt(key.slice(0, 8) + key.slice(9, 13), 16);
  return { bucket: Math.floor(digits / 2 ** 32), rest: digits % 2 ** 32 };
}
