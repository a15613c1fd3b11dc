export interface RetryBudgetOptions {
  /** Retries allowed per call made, on average. */
  readonly ratio?: number;
  /** Retries allowed besides, so that a quiet caller may retry at all. */
  readonly minPerSecond?: number;
  /** How long an unused allowance is kept, in ms. */
  readonly windowMs?: number;
}

const SLICES = 10;

/**
 * Keeps retries a fixed share of the calls, so that a dependency in trouble is not hit harder for it. A token bucket
 * after Finagle's RetryBudget: every call deposits `ratio` tokens, every retry takes one, both are forgotten after the
 * window, and a constant reserve pays for `minPerSecond`.
 * (https://twitter.github.io/finagle/docs/com/twitter/finagle/service/RetryBudget.html)
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  readonly #sliceMs: number;
  readonly #slices = new Float64Array(SLICES);
  #slice = 0;

  constructor({ ratio = 0.2, minPerSecond = 10, windowMs = 10_000 }: RetryBudgetOptions = {}) {
    this.#ratio = ratio;
    this.#reserve = (minPerSecond * windowMs) / 1000;
    this.#sliceMs = windowMs / SLICES;
  }

  /** To be told of every first try. */
  deposit(nowMs: number): void {
    this.#add(nowMs, this.#ratio);
  }

  /** Takes the token of one retry. @returns false when there is none: give up. */
  tryWithdraw(nowMs: number): boolean {
    this.#forgetOld(nowMs);
    const balance = this.#slices.reduce((sum, tokens) => sum + tokens, this.#reserve);
    if (balance < 1) return false;
    this.#add(nowMs, -1);
    return true;
  }

  #add(nowMs: number, tokens: number): void {
    this.#forgetOld(nowMs);
    const at = this.#slice % SLICES;
    this.#slices[at] = (this.#slices[at] ?? 0) + tokens;
  }

  #forgetOld(nowMs: number): void {
    const slice = Math.floor(nowMs / this.#sliceMs);
    if (slice - this.#slice >= SLICES) this.#slices.fill(0);
    else for (let old = this.#slice + 1; old <= slice; old += 1) this.#slices[old % SLICES] = 0;
    // A clock that steps back must not hand out what was already spent.
    this.#slice = Math.max(this.#slice, slice);
  }
}
