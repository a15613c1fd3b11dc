/** What the live lane does. Times on a clock that only goes forward, in ms. */
export interface LiveLane {
  /** Batches being settled. */
  readonly inHand: number;
  readonly lastEndedAtMs: number;
}

/** The slow lane's latest turn. */
export interface LastTurn {
  readonly endedAtMs: number;
  readonly tookMs: number;
}

/** A live lane that had nothing to do for so long is not held up. */
const IDLE_AFTER_MS = 250;
/** Of the time, beside a busy live lane. Guaranteed, so that the slow lane never starves. */
const SHARE = 0.2;

/**
 * The live lane has the right of way: beside it the slow lane has a fixed share of the time, alone all of it.
 * @returns ms until the slow lane's next turn is due; 0 when it is.
 */
export function untilSlowTurnMs(live: LiveLane, last: LastTurn, nowMs: number): number {
  if (live.inHand === 0 && nowMs - live.lastEndedAtMs >= IDLE_AFTER_MS) return 0;
  return Math.max(0, last.endedAtMs + last.tookMs * (1 / SHARE - 1) - nowMs);
}
