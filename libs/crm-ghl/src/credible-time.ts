const YEAR_2000_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

/** Whether an event that was received then can have happened at `atMs`: clocks may differ by a day, no more. */
export function isCredible(atMs: number | null, receivedAtMs: number): atMs is number {
  return atMs !== null && atMs >= YEAR_2000_MS && atMs <= receivedAtMs + DAY_MS;
}

/** The first credible time of `candidates` (epoch ms), else when it was received. */
export function firstCredible(receivedAtMs: number, candidates: readonly (number | null)[]): number {
  return candidates.find((atMs) => isCredible(atMs, receivedAtMs)) ?? receivedAtMs;
}
