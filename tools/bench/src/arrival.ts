/** Arrivals at a constant rate whatever the answers do (open model), on `performance.now()`'s clock. */
export class ConstantRate {
  readonly #gapMs: number;
  readonly #startMs: number;
  readonly #count: number;
  readonly #send: (index: number, intendedMs: number) => void;
  #next = 0;

  /**
   * @param count How many arrivals there are.
   * @param send Gets the number and the time it should have been called: a generator that falls behind is counted as
   *   latency, not hidden.
   */
  constructor(ratePerS: number, count: number, startMs: number, send: (index: number, intendedMs: number) => void) {
    this.#gapMs = 1_000 / ratePerS;
    this.#startMs = startMs;
    this.#count = count;
    this.#send = send;
  }

  get isOver(): boolean {
    return this.#next >= this.#count;
  }

  /** Until the next arrival is due, in ms; 0 or less when it is. */
  dueInMs(nowMs: number): number {
    return this.#startMs + this.#next * this.#gapMs - nowMs;
  }

  /** Sends all that are due. */
  catchUp(nowMs: number): void {
    while (!this.isOver && this.dueInMs(nowMs) <= 0) {
      const index = this.#next;
      this.#next += 1;
      this.#send(index, this.#startMs + index * this.#gapMs);
    }
  }
}

/**
 * Calls `send` for 0 … count-1 at a constant rate.
 * @param stopping Ends it early.
 * @returns After the last call was made.
 */
export async function atConstantRate(
  ratePerS: number,
  count: number,
  send: (index: number, intendedMs: number) => void,
  stopping?: AbortSignal,
): Promise<void> {
  const arrivals = new ConstantRate(ratePerS, count, performance.now() + 50, send);
  const isDone = (): boolean => arrivals.isOver || stopping?.aborted === true;
  while (!isDone()) {
    arrivals.catchUp(performance.now());
    await new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, Math.min(5, arrivals.dueInMs(performance.now()))));
    });
  }
}
