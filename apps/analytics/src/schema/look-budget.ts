/** Bodies of one source that are looked at in every second, whatever comes. */
const EVERY = 50;
/** Beyond that one in so many. */
const ONE_IN = 20;

interface Second {
  readonly startedAtMs: number;
  came: number;
}

/** Decides which bodies are looked at: all while few come, a sample when many do. */
export class LookBudget {
  readonly #seconds = new Map<string, Second>();

  /** @returns How many bodies this one stands for; 0: it is passed over. */
  weightOf(sourceId: string, nowMs: number): number {
    const second = this.#secondOf(sourceId, nowMs);
    second.came += 1;
    if (second.came <= EVERY) return 1;
    return (second.came - EVERY) % ONE_IN === 0 ? ONE_IN : 0;
  }

  #secondOf(sourceId: string, nowMs: number): Second {
    const startedAtMs = nowMs - (nowMs % 1_000);
    const known = this.#seconds.get(sourceId);
    if (known?.startedAtMs === startedAtMs) return known;
    const second = { startedAtMs, came: 0 };
    this.#seconds.set(sourceId, second);
    return second;
  }
}
