import type { LeadSummary } from '@hub/database';
import type { ScoredLead } from '@hub/contracts';

/** Log-odds: about one twentieth of the odds themselves, 5 in 100 against 5.2. Below it nobody acts otherwise. */
export const MEANINGFUL_LOGIT = 0.05;

const DAY_MS = 86_400_000;

/** So old a decision is made again even where its odds stand: its reasons name times that have passed since. */
export const MAX_STANDING_MS = 7 * DAY_MS;

/**
 * Whether a decision made only because time passed is worth storing and publishing; else the one that stands goes on
 * explaining the lead. It is when other models decided, the band or whether the lead is open changed, the odds of either
 * model moved by `MEANINGFUL_LOGIT` since the decision that stands, or that one is `MAX_STANDING_MS` old.
 */
export function hasMoved(standing: LeadSummary | null, scored: ScoredLead): boolean {
  if (standing === null) return true;
  if (standing.modelHash !== scored.modelHash) return true;
  if (standing.band !== scored.band || standing.isOpen !== scored.isOpen) return true;
  if (scored.scoredAtMs - standing.scoredAtMs >= MAX_STANDING_MS) return true;
  return (['conversion', 'goingCold'] as const).some(
    (model) => Math.abs(scored[model].logit - standing[model].logit) >= MEANINGFUL_LOGIT,
  );
}
