import type { Band, Reason } from '@hub/contracts';
import type { LeadState } from './features/state.ts';
import type { Decision } from './model/decisions.ts';

/** Odds from which a lead is hot or warm: more than twice, and a little more than, the 5 in 100 of an ordinary lead. */
export const BAND_EDGES = { hot: 0.12, warm: 0.06 } as const;

/** Fewer pieces of evidence than this, and no act of the lead, is not enough to give odds. */
export const MIN_EVIDENCE = 3;

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** After so long without anything done by a person, what was known of a lead says little about it now. */
export const MAX_EVIDENCE_AGE_MS = 180 * 86_400_000;

/**
 * How a conversion score is shown. `unknown` stands for "not enough evidence": the lead never acted and people did
 * fewer than three things about it, or nobody did anything for 180 days. System events, mail opens and clicks are no
 * evidence.
 */
export function bandOf(conversion: Decision, state: LeadState, nowMs: number): Band {
  if (state.leadActs === 0 && state.evidence < MIN_EVIDENCE) return 'unknown';
  if (state.touch === null || nowMs - state.touch.atMs > MAX_EVIDENCE_AGE_MS) return 'unknown';
  const probability = sigmoid(conversion.logit);
  if (probability >= BAND_EDGES.hot) return 'hot';
  return probability >= BAND_EDGES.warm ? 'warm' : 'cool';
}

/**
 * What moved a score away from the ordinary lead, strongest first. With the intercept they sum to the logit: terms
 * left out contribute 0. Only a feature has a value; a pair of them, `calibration` and `tenant` have none.
 * @param atMost Gives only so many of the strongest.
 */
export function reasonsOf({ terms, contributions }: Decision, features: Float64Array, atMost = terms.length): Reason[] {
  return strongest(contributions, atMost).map((index) => {
    const value = features[index] ?? Number.NaN;
    const contribution = contributions[index] ?? 0;
    return { feature: terms[index] ?? '', value: Number.isNaN(value) ? null : value, contribution };
  });
}

/** Indexes of the largest that are not 0, by size without sign; of equal ones the earlier first. */
function strongest(contributions: Float64Array, atMost: number): readonly number[] {
  const indexes: number[] = [];
  const sizeAt = (place: number): number => Math.abs(contributions[indexes[place] ?? -1] ?? 0);
  for (let index = 0; index < contributions.length; index += 1) {
    const size = Math.abs(contributions[index] ?? 0);
    if (size === 0 || (indexes.length === atMost && size <= sizeAt(atMost - 1))) continue;
    let place = Math.min(indexes.length, atMost - 1);
    for (; place > 0 && sizeAt(place - 1) < size; place -= 1) indexes[place] = indexes[place - 1] ?? 0;
    indexes[place] = index;
  }
  return indexes;
}
