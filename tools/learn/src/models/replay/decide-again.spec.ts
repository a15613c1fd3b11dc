import { describe, expect, it } from '@jest/globals';
import type { LeadEvent } from '@hub/contracts';
import { bandOf, builtInScorer, FeatureRows, featuresAt, foldAll, sigmoid, thinEvidenceOf } from '@hub/intelligence';
import { smallModel } from '@hub/intelligence/for-spec';
import { decideAgain, differencesOf } from './decide-again.ts';
import type { AppliedEvents } from './event-log.ts';
import { ShiftHistory } from './shift-history.ts';
import type { StoredDecision } from './stored-decision.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-09-01T12:00:00Z');
const SHIFT = 0.25;

const message = (id: string, daysAgo: number): LeadEvent => ({
  id,
  leadId: 'lead',
  atMs: NOW - daysAgo * DAY_MS,
  type: 'message',
  actor: 'lead',
  direction: 'in',
  channel: 'sms',
  stage: null,
  value: null,
  subjectId: null,
});

const FIRST = message('first', 2);
/** Happened before the first, came after it. */
const LATE = message('late', 3);
const scorer = builtInScorer(smallModel());
const scorers = new Map([[scorer.hash, scorer]]);
const shifts = ShiftHistory.of([['maple', scorer.hash, SHIFT]]);

/** As a service stores it. */
async function decided(version: number, events: readonly LeadEvent[]): Promise<StoredDecision> {
  const state = foldAll(events);
  const features = featuresAt(state, NOW);
  const { logit, contributions } = (await scorer.score(FeatureRows.of([features]), Float64Array.of(SHIFT))).at(0);
  return {
    tenantId: 'maple',
    leadId: 'lead',
    version,
    scoredAtMs: NOW,
    band: bandOf(sigmoid(logit), thinEvidenceOf(state, NOW)),
    features: Array.from(features, (value) => (Number.isNaN(value) ? null : value)),
    scores: [{ model: 'conversion', hash: scorer.hash, logit, contributions: [...contributions] }],
  };
}

const LOG: readonly AppliedEvents[] = [
  { version: 2, events: [LATE] },
  { version: 1, events: [FIRST] },
];

describe('a decision that is made once more', () => {
  it('knows what was known to it, and nothing that came later', async () => {
    expect(await decideAgain(await decided(1, [FIRST]), LOG, scorers, shifts)).toEqual([]);
    expect(await decideAgain(await decided(2, [FIRST, LATE]), LOG, scorers, shifts)).toEqual([]);
    const withFuture = await decideAgain(await decided(1, [FIRST, LATE]), LOG, scorers, shifts);
    expect(withFuture).toContainEqual(expect.objectContaining({ what: 'feature leadActs7d', stored: 2, again: 1 }));
  });

  it('differs by one bit', async () => {
    const decision = await decided(1, [FIRST]);
    const bits = new BigInt64Array(1);
    const value = new Float64Array(bits.buffer);
    value[0] = decision.scores[0]?.logit ?? 0;
    bits[0] = (bits[0] ?? 0n) + 1n;
    const off = { ...decision, scores: decision.scores.map((score) => ({ ...score, logit: value[0] ?? 0 })) };
    expect(await decideAgain(off, LOG, scorers, shifts)).toMatchObject([
      { what: 'conversion logit', stored: value[0] },
    ]);
  });

  it('differs where its tenant was never shifted like that', async () => {
    const found = await decideAgain(await decided(1, [FIRST]), LOG, scorers, ShiftHistory.of([]));
    expect(found).toMatchObject([{ what: 'conversion shift never set', stored: SHIFT }]);
  });
});

it('missing is the same whether NULL or NaN, and a value more or less is a difference', () => {
  expect(differencesOf([null, 1, 0], Float64Array.of(Number.NaN, 1, -0))).toEqual([]);
  expect(differencesOf([1, null], Float64Array.of(1, 2, 3))).toEqual([
    [1, null, 2],
    [2, null, 3],
  ]);
});
