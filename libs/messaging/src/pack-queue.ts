import { FairTurns } from './fair-turns.ts';

/** Something that waits to be written. */
export interface Sized {
  readonly bytes: number;
}

export interface PackBounds {
  /** A larger item makes a pack of its own. */
  readonly maxPackBytes: number;
  readonly maxPackCount: number;
}

/** What waits to be written, and which of it goes next. */
export interface PackQueue<T extends Sized> {
  readonly length: number;
  /** Whether `item` may wait too, with `freeBytes` left for all. */
  hasRoom(item: T, freeBytes: number): boolean;
  put(item: T): void;
  /** The next pack; empty when nothing waits. */
  take(): readonly T[];
}

/** In the order they came. */
export class FifoQueue<T extends Sized> implements PackQueue<T> {
  readonly #bounds: PackBounds;
  readonly #items: T[] = [];

  constructor(bounds: PackBounds) {
    this.#bounds = bounds;
  }

  get length(): number {
    return this.#items.length;
  }

  hasRoom({ bytes }: T, freeBytes: number): boolean {
    return bytes <= freeBytes;
  }

  put(item: T): void {
    this.#items.push(item);
  }

  take(): readonly T[] {
    return takePack(this.#items, this.#bounds);
  }
}

interface Flow<T> {
  readonly items: T[];
  bytes: number;
}

/** Packs of one flow each, the flows in turns by bytes; within a flow in the order they came. */
export class FairQueue<T extends Sized> implements PackQueue<T> {
  readonly #bounds: PackBounds;
  readonly #flowOf: (item: T) => string;
  readonly #flows = new Map<string, Flow<T>>();
  readonly #turns: FairTurns;
  #length = 0;

  constructor(flowOf: (item: T) => string, bounds: PackBounds) {
    this.#flowOf = flowOf;
    this.#bounds = bounds;
    this.#turns = new FairTurns(bounds.maxPackBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Flows of which something waits. */
  get flows(): number {
    return this.#flows.size;
  }

  /**
   * A flow may hold as much as is left free: dynamic thresholds (Choudhury and Hahne, 1998). One alone gets half, two a
   * third each, so that whoever comes next still finds room.
   */
  hasRoom(item: T, freeBytes: number): boolean {
    const held = this.#flows.get(this.#flowOf(item))?.bytes ?? 0;
    return item.bytes <= freeBytes && (held === 0 || held + item.bytes <= freeBytes);
  }

  put(item: T): void {
    const key = this.#flowOf(item);
    const flow = this.#flows.get(key) ?? { items: [], bytes: 0 };
    flow.items.push(item);
    flow.bytes += item.bytes;
    this.#length += 1;
    this.#flows.set(key, flow);
    this.#turns.join(key);
  }

  take(): readonly T[] {
    const key = this.#turns.next();
    const flow = key === null ? undefined : this.#flows.get(key);
    if (key === null || flow === undefined) return [];
    const pack = takePack(flow.items, this.#bounds);
    const bytes = pack.reduce((sum, item) => sum + item.bytes, 0);
    flow.bytes -= bytes;
    this.#length -= pack.length;
    this.#turns.spend(key, bytes);
    if (flow.items.length === 0) this.#forget(key);
    return pack;
  }

  #forget(key: string): void {
    this.#flows.delete(key);
    this.#turns.leave(key);
  }
}

function takePack<T extends Sized>(items: T[], { maxPackBytes, maxPackCount }: PackBounds): readonly T[] {
  let bytes = 0;
  let count = 0;
  for (const item of items) {
    bytes += item.bytes;
    if (count === maxPackCount || (count > 0 && bytes > maxPackBytes)) break;
    count += 1;
  }
  return items.splice(0, count);
}
