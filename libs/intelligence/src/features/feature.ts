import type { LeadState } from './state.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/**
 * `fit`: what kind of lead and deal it is. `engagement`: what people did. `timing`: how long ago, and whose turn it is.
 */
export type FeatureGroup = 'fit' | 'engagement' | 'timing';

export interface Feature {
  readonly name: string;
  readonly unit: string;
  readonly group: FeatureGroup;
  readonly definition: string;
  /** When the value is missing (NaN). */
  readonly missing: string;
  /**
   * Where the direction is certain: that more of it never makes a lead colder (`warming`), or never warmer (`cooling`),
   * all else equal. A trainer holds its shapes to it.
   */
  readonly more?: 'warming' | 'cooling';
  /**
   * The value at `nowMs`, which is no earlier than the state's last event; NaN when missing. It makes no objects: it is
   * asked for every lead of a batch.
   */
  readonly at: (state: LeadState, nowMs: number) => number;
}

/** How long ago, in a unit; NaN when it never happened. */
export function since(atMs: number | null, unitMs: number, nowMs: number): number {
  return atMs === null ? Number.NaN : (nowMs - atMs) / unitMs;
}

/** Of `times`, by rising time, those in the last `days`. */
export function within(times: readonly number[], days: number, nowMs: number): number {
  const afterMs = nowMs - days * DAY_MS;
  let from = times.length;
  while (from > 0 && (times[from - 1] ?? afterMs) > afterMs) from -= 1;
  return times.length - from;
}

const sorted = new Float64Array(16);

/** Median of up to 16 values; NaN of none. */
export function median(values: readonly number[]): number {
  const { length } = values;
  for (let index = 0; index < length; index++) {
    const value = values[index] ?? Number.NaN;
    let place = index;
    for (; place > 0 && (sorted[place - 1] ?? 0) > value; place--) sorted[place] = sorted[place - 1] ?? 0;
    sorted[place] = value;
  }
  const middle = length >> 1;
  if (length === 0) return Number.NaN;
  const upper = sorted[middle] ?? Number.NaN;
  return length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
