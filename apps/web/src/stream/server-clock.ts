/** Readings kept: at one beat in 5 s, the best of the last two minutes. */
const READINGS = 24;

/** Estimates of how far the server's clock is ahead of this one, in ms, oldest first. */
export type ClockReadings = readonly number[];

/** Adds what a message said the time was; `nowMs` is this screen's clock when it came. */
export function withReading(readings: ClockReadings, serverNowMs: number, nowMs: number): ClockReadings {
  return [...readings, serverNowMs - nowMs].slice(-READINGS);
}

/** How far the server's clock is ahead. Delay on the way makes it look behind, so the largest reading is nearest. */
export function offsetOf(readings: ClockReadings): number {
  return readings.length === 0 ? 0 : Math.max(...readings);
}
