import {
  bandOf,
  type Decision,
  FeatureRows,
  featuresAt,
  FEATURES,
  foldAll,
  type Scorer,
  sigmoid,
  thinEvidenceOf,
} from '@hub/intelligence';
import type { AppliedEvents } from './event-log.ts';
import type { ShiftHistory } from './shift-history.ts';
import type { StoredDecision, StoredScore } from './stored-decision.ts';

/** Something of a decision that does not come out as it was stored. */
export interface Difference {
  readonly tenantId: string;
  readonly leadId: string;
  readonly version: number;
  /** `features`, `band`, or a model and what of it. */
  readonly what: string;
  readonly stored: number | string | null;
  readonly again: number | string | null;
}

/**
 * Decides once more as it was decided then: from the events that were known to that decision, folded from nothing, by the
 * models that decided.
 * @param applied All events of the lead; those that a later decision applied are left out.
 * @param scorers By hash.
 * @param shifts What tenants were ever made to differ by: the last contribution of each model, taken as it was stored.
 * @returns What differs, to the bit; a zero's sign, which JSON does not keep, aside.
 */
export async function decideAgain(
  decision: StoredDecision,
  applied: readonly AppliedEvents[],
  scorers: ReadonlyMap<string, Scorer>,
  shifts: ShiftHistory,
): Promise<readonly Difference[]> {
  const known = applied.filter(({ version }) => version <= decision.version).flatMap(({ events }) => events);
  const state = foldAll(known);
  const features = featuresAt(state, decision.scoredAtMs);
  const { tenantId, leadId, version } = decision;
  const differs = (what: string, stored: Difference['stored'], again: Difference['again']): Difference => ({
    tenantId,
    leadId,
    version,
    what,
    stored,
    again,
  });
  const found = differencesOf(decision.features, features).map(([at, stored, again]) =>
    differs(`feature ${FEATURES[at]?.name ?? at}`, stored, again),
  );
  for (const score of decision.scores) {
    const shift = score.contributions.at(-1) ?? 0;
    if (!shifts.holds(tenantId, score.hash, shift)) found.push(differs(`${score.model} shift never set`, shift, null));
    const again = await scoreAgain(score, features, shift, scorers.get(score.hash));
    if (again.logit !== score.logit) found.push(differs(`${score.model} logit`, score.logit, again.logit));
    for (const [at, stored, value] of differencesOf(score.contributions, again.contributions)) {
      found.push(differs(`${score.model} contribution of ${again.terms[at] ?? at}`, stored, value));
    }
    if (score.model !== 'conversion') continue;
    const band = bandOf(sigmoid(again.logit), thinEvidenceOf(state, decision.scoredAtMs));
    if (band !== decision.band) found.push(differs('band', decision.band, band));
  }
  return found;
}

async function scoreAgain(
  score: StoredScore,
  features: Float64Array,
  shift: number,
  scorer: Scorer | undefined,
): Promise<Decision> {
  if (scorer === undefined) throw new RangeError(`no model with the hash ${score.hash}`);
  const decisions = await scorer.score(FeatureRows.of([features]), Float64Array.of(shift));
  const decision = decisions.at(0);
  decisions.release();
  return decision;
}

/** Positions at which two rows differ; null and NaN are the same: missing. */
export function differencesOf(
  stored: readonly (number | null)[],
  again: Float64Array,
): readonly (readonly [number, number | null, number | null])[] {
  const length = Math.max(stored.length, again.length);
  return Array.from({ length }, (_, at) => [at, missingAsNull(stored[at]), missingAsNull(again[at])] as const).filter(
    ([, one, other]) => one !== other,
  );
}

function missingAsNull(value: number | null | undefined): number | null {
  return value === undefined || value === null || Number.isNaN(value) ? null : value;
}
