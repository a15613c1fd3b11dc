import { isTouch } from '@hub/intelligence';
import type { KnownEvent } from './lead-history.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Since the lead's first event. */
const AFTER_MS = [HOUR_MS, ...[1, 3, 7, 14, 30, 60].map((days) => days * DAY_MS)];
const MONTH_MS = 30 * DAY_MS;
const MONTHS_FROM_MS = 90 * DAY_MS;
const LONGEST_MS = 2 * 365 * DAY_MS;

/**
 * When a lead is looked at for training: an hour, 1, 3, 7, 14, 30, 60 days after its first event and every 30 days from
 * then on for two years, whatever happens, because silence is scored too; and when we hear of its 1st, 2nd, 4th, 8th, …
 * touch, because most scores are made then.
 * @returns Ascending, each once, none after `untilMs`.
 */
export function snapshotTimes(events: readonly KnownEvent[], untilMs: number): readonly number[] {
  if (events.length === 0) return [];
  const firstMs = events.reduce((least, { event }) => Math.min(least, event.atMs), Infinity);
  const byClock = AFTER_MS.map((afterMs) => firstMs + afterMs);
  const lastMs = Math.min(untilMs, firstMs + LONGEST_MS);
  for (let atMs = firstMs + MONTHS_FROM_MS; atMs <= lastMs; atMs += MONTH_MS) byClock.push(atMs);
  const touches = events
    .filter(({ event }) => isTouch(event))
    .map(({ knownAtMs }) => knownAtMs)
    .toSorted((a, b) => a - b)
    .filter((_, index) => isPowerOfTwo(index + 1));
  return [...new Set([...byClock, ...touches])].filter((atMs) => atMs <= untilMs).toSorted((a, b) => a - b);
}

function isPowerOfTwo(number: number): boolean {
  return (number & (number - 1)) === 0;
}
