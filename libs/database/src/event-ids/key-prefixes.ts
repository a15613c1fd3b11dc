/** Bytes of a key that are remembered: beside 30 million keys, one new key in 9 million looks like one of them. */
export const PREFIX_BYTES = 6;

const BUCKETS = 2 ** 18;

/** The first 48 bits of a key: 18 that choose its bucket, and the 30 that tell it from others there. */
export interface Prefix {
  readonly bucket: number;
  readonly rest: number;
}

/**
 * The first 48 bits of keys that never change again, in about 4.2 bytes of memory each. Keys are hashes, so their first
 * bits spread them evenly over buckets; a bucket is a short run in one long list.
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
      const { bucket, rest } = split(bytes.readUInt32BE(at * PREFIX_BYTES), bytes.readUInt16BE(at * PREFIX_BYTES + 4));
      this.#starts[bucket + 1] = at + 1;
      this.#rests[at] = rest;
    }
    // An empty bucket begins where the one before it ends.
    for (let bucket = 1; bucket <= BUCKETS; bucket += 1) {
      this.#starts[bucket] = Math.max(this.#starts[bucket] ?? 0, this.#starts[bucket - 1] ?? 0);
    }
  }

  get size(): number {
    return this.#rests.length;
  }

  /** False: the key is not among them. True: it is, but for a rare chance. */
  mayHold({ bucket, rest }: Prefix): boolean {
    const end = this.#starts[bucket + 1] ?? 0;
    for (let at = this.#starts[bucket] ?? 0; at < end; at += 1) {
      if (this.#rests[at] === rest) return true;
    }
    return false;
  }
}

/** @param key As `eventKey` writes it. */
export function prefixOf(key: string): Prefix {
  return split(Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(9, 13), 16));
}

function split(first32: number, next16: number): Prefix {
  return { bucket: first32 >>> 14, rest: (first32 & 0x3fff) * 0x10000 + next16 };
}
