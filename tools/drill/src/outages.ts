interface Span {
  readonly fromMs: number;
  toMs: number | null;
}

/**
 * When the gateway itself was down. A connection that breaks then met nobody: it is no answer, and is counted apart from
 * answers that break the contract. Times in ms, all on one clock.
 */
export class Outages {
  readonly #spans: Span[] = [];

  /** @returns Ends this outage; another may still last. */
  begin(nowMs: number): (nowMs: number) => void {
    const span: Span = { fromMs: nowMs, toMs: null };
    this.#spans.push(span);
    return (endMs) => {
      span.toMs = endMs;
    };
  }

  /** Whether it was down at any moment from `fromMs` to `toMs`. */
  during(fromMs: number, toMs: number): boolean {
    return this.#spans.some((span) => span.fromMs <= toMs && (span.toMs === null || span.toMs >= fromMs));
  }
}
