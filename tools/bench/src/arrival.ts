/**
 * Calls `send` for 0 … count-1 at a constant rate whatever the answers do (open model).
 * @param send Gets the number and the time it should have been called, on `performance.now()`'s clock: a generator
 *   that falls behind is counted as latency, not hidden.
 * @param stopping Ends it early.
 * @returns After the last call was made.
 */
export async function atConstantRate(
  ratePerS: number,
  count: number,
  send: (index: number, intendedMs: number) => void,
  stopping?: AbortSignal,
): Promise<void> {
  const startMs = performance.now() + 50;
  const gapMs = 1_000 / ratePerS;
  let next = 0;
  const isDone = (): boolean => next >= count || stopping?.aborted === true;
  while (!isDone()) {
    const nowMs = performance.now();
    while (next < count && startMs + next * gapMs <= nowMs) {
      send(next, startMs + next * gapMs);
      next += 1;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, Math.min(5, startMs + next * gapMs - performance.now())));
    });
  }
}
