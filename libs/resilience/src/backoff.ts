// Past any cap, and short of Infinity, which times a base of 0 is not a number.
const MAX_DOUBLINGS = 52;

/**
 * How long to wait before trying again: anything from 0 to an exponentially growing bound ("full jitter"), so that
 * callers that failed together do not come back together. After Marc Brooker, "Exponential Backoff and Jitter",
 * AWS Architecture Blog, 2015.
 * @param attempt How many tries have failed so far, from 1.
 * @param random In [0, 1).
 * @returns ms.
 */
export function fullJitter(
  attempt: number,
  { baseMs, capMs }: { readonly baseMs: number; readonly capMs: number },
  random: () => number = Math.random,
): number {
  return random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS));
}
