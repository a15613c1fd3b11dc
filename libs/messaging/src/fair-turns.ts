interface Flow {
  /** What it may still spend before its turn is over; negative: owed from a turn that cost more than it had. */
  credit: number;
}

/**
 * Deficit round robin (Shreedhar and Varghese, 1995) in its surplus form: what a turn costs need not be known before it
 * was taken. Flows that have something to do take turns; with each round a flow is granted one quantum, keeps the turn
 * while it has credit, and pays back first what it overspent. So between two flows that both always have something to do,
 * neither gets ahead by more than two quanta and one turn, whatever turns cost; choosing takes constant time.
 */
export class FairTurns {
  readonly #quantum: number;
  /** In the order of their turns; the first one has it. */
  readonly #round = new Map<string, Flow>();

  /** @param quantum What a flow is granted per round, in the unit of `spend`. */
  constructor(quantum: number) {
    this.#quantum = quantum;
  }

  /** Flows that have something to do. */
  get size(): number {
    return this.#round.size;
  }

  has(key: string): boolean {
    return this.#round.has(key);
  }

  /** The flow has something to do from now on: it comes last in the round, with no credit. */
  join(key: string): void {
    if (!this.#round.has(key)) this.#round.set(key, { credit: 0 });
  }

  /** The flow has nothing to do. Its credit is lost: who is idle does not save up. */
  leave(key: string): void {
    this.#round.delete(key);
  }

  /** Whose turn it is; null when nobody has anything to do. */
  next(): string | null {
    for (const [key, flow] of this.#round) {
      if (flow.credit > 0) return key;
      flow.credit += this.#quantum;
      if (flow.credit > 0) return key;
      // Still in debt: the others go first.
      this.#round.delete(key);
      this.#round.set(key, flow);
    }
    return null;
  }

  /** What the turn of `key` cost. Once its credit is used up it comes last. */
  spend(key: string, cost: number): void {
    const flow = this.#round.get(key);
    if (flow === undefined) return;
    flow.credit -= cost;
    if (flow.credit > 0) return;
    this.#round.delete(key);
    this.#round.set(key, flow);
  }
}
