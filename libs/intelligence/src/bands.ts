import type { Band, ThinEvidence } from '@hub/contracts';
import type { LeadState } from './features/state.ts';

// Browsers load this file by itself: it may import types only.

/** Odds from which a lead is hot or warm: more than twice, and a little more than, the 5 in 100 of an ordinary lead. */
export const BAND_EDGES = { hot: 0.12, warm: 0.06 } as const;

/** Fewer pieces of evidence than this, and no act of the lead, is not enough to give odds. */
export const MIN_EVIDENCE = 3;

/** After so long without anything done by a person, what was known of a lead says little about it now. */
export const MAX_EVIDENCE_AGE_MS = 180 * 86_400_000;

/** So many times the odds at its low end are those at the high end of a range that is too wide. */
export const TOO_WIDE_RATIO = 5;

/**
 * The one rule of "not enough evidence", for hand-set and learned models alike, since both can only go by what people did:
 * `neverActed`, the lead never acted and people did fewer than `MIN_EVIDENCE` things about it; `longSilent`, nobody did
 * anything for `MAX_EVIDENCE_AGE_MS`. System events, mail opens and clicks are no evidence.
 * @returns null when there is enough.
 */
export function thinEvidenceOf(state: LeadState, nowMs: number): ThinEvidence | null {
  if (state.leadActs === 0 && state.evidence < MIN_EVIDENCE) return 'neverActed';
  if (state.touch === null || nowMs - state.touch.atMs > MAX_EVIDENCE_AGE_MS) return 'longSilent';
  return null;
}

/** How a conversion score is shown. `unknown` stands for "not enough evidence", by the rule above. */
export function bandOf(probability: number, thin: ThinEvidence | null): Band {
  if (thin !== null) return 'unknown';
  if (probability >= BAND_EDGES.hot) return 'hot';
  return probability >= BAND_EDGES.warm ? 'warm' : 'cool';
}

/**
 * Whether a range of conversion odds is too wide to act on alone: it reaches from cool to hot, and the odds at its high end
 * are `TOO_WIDE_RATIO` times those at its low end or more. The lead keeps its place and band, as it may well be worth a
 * call; it is said beside them.
 */
export function isTooWide({ low, high }: { readonly low: number; readonly high: number }): boolean {
  if (low >= BAND_EDGES.warm || high < BAND_EDGES.hot) return false;
  return high * (1 - low) >= TOO_WIDE_RATIO * low * (1 - high);
}
