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
 */
export function reasonsOf({ terms, contributions }: Decision, features: Float64Array): readonly Reason[] {
  return terms
    .map((feature, index) => {
      const value = features[index] ?? Number.NaN;
      return { feature, value: Number.isNaN(value) ? null : value, contribution: contributions[index] ?? 0 };
    })
    .filter(({ contribution }) => contribution !== 0)
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}
