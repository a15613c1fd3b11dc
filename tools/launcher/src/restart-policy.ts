const BASE_MS = 250;
const CAP_MS = 15_000;
/** One that held this long had started well: what ended it is a new trouble. */
const STEADY_MS = 30_000;

/** Which restart comes next. @param readyForMs How long it had been ready; null when it never was. */
export function nextAttempt(attempt: number, readyForMs: number | null): number {
  return readyForMs !== null && readyForMs >= STEADY_MS ? 1 : attempt + 1;
}

/** The first restart is soon; later ones wait longer, half of it by chance so that services do not restart in step. */
export function restartDelayMs(attempt: number, random: () => number = Math.random): number {
  const ceilingMs = Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
  return ceilingMs / 2 + (ceilingMs / 2) * random();
}
