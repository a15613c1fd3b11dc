import { ACTS } from './acts.ts';
import { APPOINTMENTS } from './appointments.ts';
import type { Feature } from './feature.ts';
import { FIT } from './fit.ts';
import { RHYTHM } from './rhythm.ts';
import { decisionTime, type LeadState } from './state.ts';
import { TIMING } from './timing.ts';

export type { Feature, FeatureGroup } from './feature.ts';

/**
 * Every number that may enter a score, in the order of all feature vectors. Nothing else may: no name, place,
 * language, origin or family word, no e-mail open, no click of a machine.
 */
export const FEATURES = [...FIT, ...ACTS, ...APPOINTMENTS, ...TIMING, ...RHYTHM] as const satisfies readonly Feature[];

export type FeatureName = (typeof FEATURES)[number]['name'];

/**
 * Which features, with which meaning, a model was made for. It rises with every change of their number, order,
 * definition or value; a model of another version is refused. A spec tells when it has to rise.
 */
export const FEATURE_VERSION = '2';

// The functions by themselves: looking each up in an object of its own shape took a quarter of the time of a row.
const values: readonly Feature['at'][] = FEATURES.map(({ at }) => at);

/**
 * All features of a lead at `nowMs`, in the order of FEATURES; NaN is missing. A state holds its events for good, so
 * the answer is never for a time before the last of them (see `decisionTime`).
 */
export function featuresAt(state: LeadState, nowMs: number): Float64Array {
  const row = new Float64Array(FEATURES.length);
  featuresInto(state, nowMs, row, 0);
  return row;
}

/** `featuresAt`, written into `out` from `offset` on: one row of a batch, without an object per lead. */
export function featuresInto(state: LeadState, nowMs: number, out: Float64Array, offset: number): void {
  const atMs = decisionTime(state, nowMs);
  let index = offset;
  for (const valueAt of values) {
    out[index] = valueAt(state, atMs);
    index += 1;
  }
}
