/**
 * What the checks of one source's signatures say about its keys: `suspect` once well-formed signatures match no key and the
 * source, as far as it can be told from its usual pace, has stopped sending any that do. A stranger who sends forged ones beside
 * a source in use cannot bring that about; beside one that is silent anyway they can, and gain nothing.
 */
export type SignatureHealth =
  | {
      readonly at: 'trusted';
      /** Epoch ms of the last match, or of the first look where `hasMatched` is false. */
      readonly silentSinceMs: number;
      readonly hasMatched: boolean;
      /** Usual time from one match to the next; null until one such gap is known. */
      readonly usualGapMs: number | null;
      /** Since the last match. */
      readonly mismatches: number;
      readonly lastMismatchMs: number;
    }
  | { readonly at: 'suspect'; readonly sinceMs: number; readonly usualGapMs: number | null };

export interface SuspicionPolicy {
  /** Mismatches in a row below which it is never suspect. */
  readonly minMismatches: number;
  /** Mismatches are forgotten when none came for so long. */
  readonly forgetAfterMs: number;
  /** How many usual gaps without a match are a silence: by chance (Poisson) one lasts for n of them with odds of e^-n. */
  readonly silentGaps: number;
  /** Bounds of the silence that is asked for. */
  readonly minSilenceMs: number;
  readonly maxSilenceMs: number;
  /** The silence asked for where the usual gap is not known. */
  readonly unknownSilenceMs: number;
}

export const SUSPICION: SuspicionPolicy = {
  minMismatches: 5,
  forgetAfterMs: 24 * 3_600_000,
  silentGaps: 20,
  minSilenceMs: 10_000,
  maxSilenceMs: 600_000,
  unknownSilenceMs: 60_000,
};

/** What one match weighs against the usual gap so far; several at once weigh more. */
const WEIGHT_OF_A_MATCH = 0.02;
const MAX_WEIGHT = 0.5;

export function atFirstLook(nowMs: number): SignatureHealth {
  return {
    at: 'trusted',
    silentSinceMs: nowMs,
    hasMatched: false,
    usualGapMs: null,
    mismatches: 0,
    lastMismatchMs: nowMs,
  };
}

/** @param count Matches since the last look, of which the last came at `nowMs`. */
export function afterMatches(health: SignatureHealth, count: number, nowMs: number): SignatureHealth {
  const trusted = {
    at: 'trusted',
    silentSinceMs: nowMs,
    hasMatched: true,
    mismatches: 0,
    lastMismatchMs: nowMs,
  } as const;
  // How long the keys did not match says nothing about the usual pace, nor does when we started to look.
  if (health.at === 'suspect' || !health.hasMatched) return { ...trusted, usualGapMs: health.usualGapMs };
  const gapMs = Math.max(0, nowMs - health.silentSinceMs) / count;
  return { ...trusted, usualGapMs: moved(health.usualGapMs, gapMs, count) };
}

export function afterMismatch(
  health: SignatureHealth,
  nowMs: number,
  policy: SuspicionPolicy = SUSPICION,
): SignatureHealth {
  if (health.at === 'suspect') return health;
  const forgotten = nowMs - health.lastMismatchMs > policy.forgetAfterMs;
  const mismatches = (forgotten ? 0 : health.mismatches) + 1;
  const isSilent = nowMs - health.silentSinceMs >= silenceAskedFor(health.usualGapMs, policy);
  if (mismatches >= policy.minMismatches && isSilent) {
    return { at: 'suspect', sinceMs: nowMs, usualGapMs: health.usualGapMs };
  }
  return { ...health, mismatches, lastMismatchMs: nowMs };
}

function silenceAskedFor(usualGapMs: number | null, policy: SuspicionPolicy): number {
  if (usualGapMs === null) return policy.unknownSilenceMs;
  return Math.min(policy.maxSilenceMs, Math.max(policy.minSilenceMs, usualGapMs * policy.silentGaps));
}

function moved(usualGapMs: number | null, gapMs: number, count: number): number {
  if (usualGapMs === null) return gapMs;
  return usualGapMs + (gapMs - usualGapMs) * Math.min(MAX_WEIGHT, WEIGHT_OF_A_MATCH * count);
}
