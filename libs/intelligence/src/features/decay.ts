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

const DAY_MS = 86_400_000;

/** One count for each half-life, in the order of HALF_LIVES_MS. */
export type DecayedCounts = readonly [DecayedCount, DecayedCount, DecayedCount, DecayedCount];

/** The windows of the plain counts: 1, 3, 7 and 30 days. */
export const HALF_LIVES_MS = [DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 30 * DAY_MS] as const;

const NOTHING: DecayedCount = { halfLives: 0, sum: 0 };

export const NOTHING_COUNTED: DecayedCounts = [NOTHING, NOTHING, NOTHING, NOTHING];

/** Adds one event. Events must come in the order of time. */
export function count([day, threeDays, week, month]: DecayedCounts, atMs: number): DecayedCounts {
  return [
    counted(day, atMs, HALF_LIVES_MS[0]),
    counted(threeDays, atMs, HALF_LIVES_MS[1]),
    counted(week, atMs, HALF_LIVES_MS[2]),
    counted(month, atMs, HALF_LIVES_MS[3]),
  ];
}

function counted(before: DecayedCount, atMs: number, halfLifeMs: number): DecayedCount {
  const halfLives = Math.floor(atMs / halfLifeMs);
  const sum = halved(before.sum, halfLives - before.halfLives) + 2 ** partOf(atMs, halfLives, halfLifeMs);
  return { halfLives, sum };
}

/** What a count has decayed to: an event counts 1 when it happens, 1/2 after one half-life. */
export function decayedAt(counts: DecayedCounts, which: 0 | 1 | 2 | 3, nowMs: number): number {
  const { halfLives, sum } = counts[which];
  // A batch asks for many leads at one time, whose weight is the same for all.
  if (weighed[which] !== nowMs) weigh(which, nowMs);
  return halved(sum / (weights[which] ?? 1), (halfLivesNow[which] ?? 0) - halfLives);
}

const weighed = new Float64Array(HALF_LIVES_MS.length).fill(Number.NaN);
const weights = new Float64Array(HALF_LIVES_MS.length);
const halfLivesNow = new Float64Array(HALF_LIVES_MS.length);

function weigh(which: 0 | 1 | 2 | 3, nowMs: number): void {
  const halfLives = Math.floor(nowMs / HALF_LIVES_MS[which]);
  weighed[which] = nowMs;
  halfLivesNow[which] = halfLives;
  weights[which] = 2 ** partOf(nowMs, halfLives, HALF_LIVES_MS[which]);
}

/** Beyond these a double is 0. */
const HALVINGS = Float64Array.from({ length: 1_100 }, (_, times) => 2 ** -times);

function halved(sum: number, times: number): number {
  return sum * (HALVINGS[times] ?? 0);
}

function partOf(atMs: number, halfLives: number, halfLifeMs: number): number {
  return (atMs - halfLives * halfLifeMs) / halfLifeMs;
}
