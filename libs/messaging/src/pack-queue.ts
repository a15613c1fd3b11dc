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
  /**
   * The next pack; empty when nothing waits, or nothing of what was next is wanted any more.
   * @param isWanted Asked once about each item that leaves; one that is not wanted leaves without a place in the pack.
   */
  take(isWanted?: (item: T) => boolean): readonly T[];
  /** Whether the next pack has no room for more. */
  readonly isFull: boolean;
  /** Flows of which something waits. */
  readonly flows: number;
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

  get flows(): number {
    return Math.min(1, this.#items.length);
  }

  get isFull(): boolean {
    return fills(this.#items.length, sum(this.#items), this.#bounds);
  }

  take(isWanted: (item: T) => boolean = always): readonly T[] {
    return takePack(this.#items, this.#bounds, isWanted).pack;
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

  get flows(): number {
    return this.#flows.size;
  }

  get isFull(): boolean {
    const flow = this.#flows.get(this.#turns.next() ?? '');
    return flow !== undefined && fills(flow.items.length, flow.bytes, this.#bounds);
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

  take(isWanted: (item: T) => boolean = always): readonly T[] {
    const key = this.#turns.next();
    const flow = key === null ? undefined : this.#flows.get(key);
    if (key === null || flow === undefined) return [];
    const { pack, gone } = takePack(flow.items, this.#bounds, isWanted);
    flow.bytes -= sum(gone);
    this.#length -= gone.length;
    this.#turns.spend(key, sum(pack));
    if (flow.items.length === 0) this.#forget(key);
    return pack;
  }

  #forget(key: string): void {
    this.#flows.delete(key);
    this.#turns.leave(key);
  }
}

/** Cuts the next pack off, and with it what is not wanted any more. */
function takePack<T extends Sized>(items: T[], bounds: PackBounds, isWanted: (item: T) => boolean) {
  const pack: T[] = [];
  let bytes = 0;
  let taken = 0;
  for (const item of items) {
    const isFirst = pack.length === 0;
    if (pack.length === bounds.maxPackCount || (!isFirst && bytes + item.bytes > bounds.maxPackBytes)) break;
    taken += 1;
    if (!isWanted(item)) continue;
    pack.push(item);
    bytes += item.bytes;
  }
  return { pack, gone: items.splice(0, taken) };
}

function fills(count: number, bytes: number, { maxPackBytes, maxPackCount }: PackBounds): boolean {
  return count >= maxPackCount || bytes >= maxPackBytes;
}

function sum(items: readonly Sized[]): number {
  return items.reduce((total, { bytes }) => total + bytes, 0);
}

function always(): boolean {
  return true;
}
