import { setTimeout as pause } from 'node:timers/promises';
import { FairQueue, FifoQueue, type PackQueue } from './pack-queue.ts';

/** The process holds as much as it may, or does not get through it in time: the sender is to come back later. */
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
  /**
   * Writes one pack; rejects when it is not known to be written.
   * @param attempt 1, or 2 where nobody knows what became of the first.
   */
  readonly write: (items: readonly T[], attempt: 1 | 2) => Promise<void>;
  /** Whether what a failed write held may have been written all the same. */
  readonly mayBeWritten: (error: unknown) => boolean;
  /** Bytes of an item as written. */
  readonly sizeOf: (item: T) => number;
  /** A larger item makes a pack of its own. */
  readonly maxPackBytes: number;
  readonly maxPackCount: number;
  /** Most bytes held in memory, the pack being written included. */
  readonly maxWaitingBytes: number;
  /** An item that has waited longer when its turn comes is given back instead of written. */
  readonly maxWaitMs: number;
  /**
   * Names the flow of an item: a pack holds items of one flow, the flows take turns by bytes, and none may fill the memory
   * alone. Left out: all are one flow.
   */
  readonly flowOf?: (item: T) => string;
  /**
   * How long a pack that is not full waits for more, in ms, shared by the flows that wait: a round over all of them takes
   * at least so long, and leaves the broker to others meanwhile. Left out: it does not wait.
   */
  readonly gatherMs?: number;
  /**
   * Least time between the starts of two writes, in ms, asked before each: what comes close behind a write waits for company.
   * Left out, or 0: a write starts when the last one is done.
   */
  readonly paceMs?: () => number;
  /** Told how long each item of a pack waited for its turn, in ms. */
  readonly onTurn?: (waitedMs: number) => void;
  /** A clock that only goes forward, in ms. */
  readonly nowMs?: () => number;
  /** Resolves after that many ms. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** `needless`: not written, because that was no longer needed when its turn came. */
export type Sent = 'written' | 'needless';

interface Waiting<T> {
  readonly item: T;
  readonly bytes: number;
  readonly sinceMs: number;
  readonly isNeedless: (() => boolean) | undefined;
  readonly resolve: (sent: Sent) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: one write at a time, the next formed from what came in meanwhile. A lone item is written at once;
 * many share the cost of a write. A pack of which nobody knows whether it was written is written once more: readers must
 * know copies.
 */
export class PackPublisher<T> {
  readonly #options: PackOptions<T>;
  readonly #nowMs: () => number;
  readonly #sleep: (ms: number) => Promise<unknown>;
  readonly #queue: PackQueue<Waiting<T>>;
  #waitingBytes = 0;
  #closed = false;
  #writing = false;
  #startedMs = Number.NEGATIVE_INFINITY;
  #written: Promise<void> = Promise.resolve();

  constructor(options: PackOptions<T>) {
    this.#options = options;
    const { flowOf } = options;
    this.#queue = flowOf ? new FairQueue(({ item }) => flowOf(item), options) : new FifoQueue(options);
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#sleep = options.sleep ?? pause;
  }

  /** Bytes sent and not yet settled. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * Resolves when the item's pack is written.
   * @param isNeedless Asked when the item's turn has come: whether it need not be written any more.
   * @throws Overloaded when too much waits, or it waited for too long; PackPublisherClosed after `close`; else what its
   * write threw.
   */
  send(item: T, isNeedless?: () => boolean): Promise<Sent> {
    if (this.#closed) return Promise.reject(new PackPublisherClosed('closed: nothing more is written'));
    const bytes = this.#options.sizeOf(item);
    const { promise, resolve, reject } = Promise.withResolvers<Sent>();
    const waiting: Waiting<T> = { item, bytes, sinceMs: this.#nowMs(), isNeedless, resolve, reject };
    if (!this.#queue.hasRoom(waiting, this.#options.maxWaitingBytes - this.#waitingBytes)) {
      return Promise.reject(new Overloaded(`${this.#waitingBytes} bytes wait to be written`));
    }
    this.#queue.put(waiting);
    this.#waitingBytes += bytes;
    if (!this.#writing) this.#written = this.#writeAll();
    return promise;
  }

  /** Flows of which something waits. */
  get waitingFlows(): number {
    return this.#queue.flows;
  }

  /** Takes nothing more and resolves when all that was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#written;
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#queue.length > 0) {
      const waitMs = this.#waitMs();
      // A timer would make a whole millisecond of less.
      if (waitMs >= 1 && !this.#queue.isFull) await this.#sleep(waitMs);
      this.#startedMs = this.#nowMs();
      const pack = this.#takePack();
      if (pack.length > 0) await this.#writePack(pack);
    }
    this.#writing = false;
  }

  #waitMs(): number {
    // Whoever stops wants the rest written now.
    if (this.#closed) return 0;
    const { gatherMs = 0, paceMs } = this.#options;
    const leftOfPaceMs = paceMs === undefined ? 0 : this.#startedMs + paceMs() - this.#nowMs();
    return Math.max(gatherMs / Math.max(1, this.#queue.flows), leftOfPaceMs);
  }

  async #writePack(pack: readonly Waiting<T>[]): Promise<void> {
    const failure = await this.#failureOf(pack.map(({ item }) => item));
    for (const waiting of pack) {
      this.#waitingBytes -= waiting.bytes;
      if (failure) waiting.reject(failure.error);
      else waiting.resolve('written');
    }
  }

  async #failureOf(items: readonly T[]): Promise<{ readonly error: unknown } | null> {
    const { write, mayBeWritten } = this.#options;
    try {
      await write(items, 1).catch((error: unknown) => {
        if (!mayBeWritten(error)) throw error;
        return write(items, 2);
      });
      return null;
    } catch (error) {
      return { error };
    }
  }

  /** Takes what is next in the queue, and settles what has no business in a pack any more. */
  #takePack(): readonly Waiting<T>[] {
    const { maxWaitMs, onTurn } = this.#options;
    const nowMs = this.#nowMs();
    return this.#queue.take((waiting) => {
      const waitedMs = nowMs - waiting.sinceMs;
      if (waiting.isNeedless?.() === true) this.#drop(waiting, 'needless');
      else if (waitedMs > maxWaitMs) this.#drop(waiting, 'late');
      else {
        onTurn?.(waitedMs);
        return true;
      }
      return false;
    });
  }

  #drop({ bytes, resolve, reject }: Waiting<T>, why: 'needless' | 'late'): void {
    this.#waitingBytes -= bytes;
    if (why === 'needless') resolve('needless');
    else reject(new Overloaded(`waited more than ${this.#options.maxWaitMs} ms to be written`));
  }
}
