/** The process holds as much as it may: the sender is to come back later. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
  readonly retryable = true;
}

/** Sent after `close`. */
export class PackPublisherClosed extends Error {
  override readonly name = 'PackPublisherClosed';
  readonly retryable = true;
}

export interface PackOptions<T> {
  /** Writes one pack; rejects when it is not known to be written. */
  readonly write: (items: readonly T[]) => Promise<void>;
  /** Bytes of an item as written. */
  readonly sizeOf: (item: T) => number;
  /** A larger item makes a pack of its own. */
  readonly maxPackBytes: number;
  readonly maxPackCount: number;
  /** Most bytes held in memory, the pack being written included. */
  readonly maxWaitingBytes: number;
}

interface Waiting<T> {
  readonly item: T;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: one write at a time, the next formed from what came in meanwhile. A lone item is written at once;
 * many share the cost of a write.
 */
export class PackPublisher<T> {
  readonly #options: PackOptions<T>;
  #queue: Waiting<T>[] = [];
  #waitingBytes = 0;
  #closed = false;
  #writing = false;
  #written: Promise<void> = Promise.resolve();

  constructor(options: PackOptions<T>) {
    this.#options = options;
  }

  /** Bytes sent and not yet settled. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * Resolves when the item's pack is written.
   * @throws Overloaded when too much waits; PackPublisherClosed after `close`; else what its write threw.
   */
  send(item: T): Promise<void> {
    if (this.#closed) return Promise.reject(new PackPublisherClosed('closed: nothing more is written'));
    const bytes = this.#options.sizeOf(item);
    if (this.#waitingBytes + bytes > this.#options.maxWaitingBytes) {
      return Promise.reject(new Overloaded(`${this.#waitingBytes} bytes wait to be written`));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ item, bytes, resolve, reject });
    this.#waitingBytes += bytes;
    if (!this.#writing) this.#written = this.#writeAll();
    return promise;
  }

  /** Takes nothing more and resolves when all that was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#written;
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#queue.length > 0) await this.#writePack(this.#takePack());
    this.#writing = false;
  }

  async #writePack(pack: readonly Waiting<T>[]): Promise<void> {
    const failure = await this.#failureOf(pack.map(({ item }) => item));
    for (const { bytes, resolve, reject } of pack) {
      this.#waitingBytes -= bytes;
      if (failure) reject(failure.error);
      else resolve();
    }
  }

  async #failureOf(items: readonly T[]): Promise<{ readonly error: unknown } | null> {
    try {
      await this.#options.write(items);
      return null;
    } catch (error) {
      return { error };
    }
  }

  #takePack(): readonly Waiting<T>[] {
    const { maxPackBytes, maxPackCount } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      bytes += waiting.bytes;
      if (count === maxPackCount || (count > 0 && bytes > maxPackBytes)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }
}
