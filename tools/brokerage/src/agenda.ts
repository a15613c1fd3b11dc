/** What is to happen, soonest first; what was planned first goes first among equals, so one seed has one order. */
export class Agenda<T> {
  readonly #heap: { atMs: number; order: number; item: T }[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  get nextAtMs(): number {
    return this.#heap[0]?.atMs ?? Infinity;
  }

  add(atMs: number, item: T): void {
    const heap = this.#heap;
    const entry = { atMs, order: this.#order, item };
    this.#order += 1;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !before(entry, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  take(): { readonly atMs: number; readonly item: T } | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [leftEntry, rightEntry] = [heap[left], heap[left + 1]];
      if (leftEntry === undefined) break;
      const useRight = rightEntry !== undefined && before(rightEntry, leftEntry);
      const smaller = useRight ? rightEntry : leftEntry;
      if (!before(smaller, last)) break;
      heap[at] = smaller;
      at = useRight ? left + 1 : left;
    }
    heap[at] = last;
    return first;
  }
}

interface Ranked {
  readonly atMs: number;
  readonly order: number;
}

function before(a: Ranked, b: Ranked): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
