/**
 * Exponentially decayed counts by forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward Decay: A Practical
 * Time Decay Model for Streaming Systems", ICDE 2009): each event gets a weight that grows with its own time from a
 * fixed landmark, here the epoch, and is never touched again; only reading divides by the weight of now.
 *
 * 2^(t / half-life) overflows a double within years, so a sum is kept as `sum · 2^halfLives`. Moving it to another
 * power of two is exact, hence the bits do not depend on when, or how often, it was moved.
 */
export interface DecayedCount {
  readonly halfLives: number;
  readonly sum: number;
}

export const HALF_LIFE_MS = 7 * 86_400_000;

export const NOTHING_COUNTED: DecayedCount = { halfLives: 0, sum: 0 };

/** Adds one event. Events must come in the order of time. */
export function count(counted: DecayedCount, atMs: number): DecayedCount {
  const halfLives = Math.floor(atMs / HALF_LIFE_MS);
  const sum = counted.sum * 2 ** (counted.halfLives - halfLives) + 2 ** partOf(atMs, halfLives);
  return { halfLives, sum };
}

/** What the count has decayed to: an event counts 1 when it happens, 1/2 after one half-life. */
export function decayedAt(counted: DecayedCount, nowMs: number): number {
  const halfLives = Math.floor(nowMs / HALF_LIFE_MS);
  return (counted.sum / 2 ** partOf(nowMs, halfLives)) * 2 ** (counted.halfLives - halfLives);
}

function partOf(atMs: number, halfLives: number): number {
  return (atMs - halfLives * HALF_LIFE_MS) / HALF_LIFE_MS;
}
