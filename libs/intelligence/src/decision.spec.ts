import { describe, expect, it } from '@jest/globals';
import type { LeadEvent } from '@hub/contracts';
import fc from 'fast-check';
import { bandOf, reasonsOf, sigmoid } from './decision.ts';
import { foldAll } from './features/fold.ts';
import { emptyState } from './features/state.ts';
import { FEATURES } from './features/table.ts';
import { type Decision, sumOf } from './model/decisions.ts';
import { termsOf } from './model/learned.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 5, 1);
const terms = termsOf({ features: FEATURES.map(({ name }) => name), pairs: [] });

function decisionAt(odds: number): Decision {
  const logit = Math.log(odds / (1 - odds));
  return { logit, intercept: logit, terms, contributions: new Float64Array(terms.length), range: null };
}

function events(count: number, event: Partial<LeadEvent>): LeadEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `e${index}`,
    leadId: 'lead',
    atMs: START_MS + index * 1_000,
    type: 'message',
    actor: 'agent',
    direction: 'out',
    channel: null,
    stage: null,
    value: null,
    subjectId: null,
    ...event,
  }));
}

const known = foldAll(events(1, { actor: 'lead', direction: 'in' }));

describe('bandOf', () => {
  it.each([
    [0.01, 'cool'],
    [0.059, 'cool'],
    [0.061, 'warm'],
    [0.119, 'warm'],
    [0.121, 'hot'],
    [0.6, 'hot'],
  ])('shows odds of %d as %s', (odds, band) => {
    expect(bandOf(decisionAt(odds), known, START_MS)).toBe(band);
  });

  it.each<[string, LeadEvent[], 'unknown' | 'hot']>([
    ['nothing', [], 'unknown'],
    ['two attempts of ours', events(2, {}), 'unknown'],
    ['three attempts of ours', events(3, {}), 'hot'],
    ['one act of the lead', events(1, { actor: 'lead', direction: 'in' }), 'hot'],
    ['a workflow that sent much', events(50, { actor: 'system' }), 'unknown'],
    [
      'opens that machines may have made',
      events(50, { type: 'email.opened', actor: 'lead', direction: 'in' }),
      'unknown',
    ],
    [
      'clicks that machines may have made',
      events(50, { type: 'email.clicked', actor: 'lead', direction: 'in' }),
      'unknown',
    ],
    ['a stage that a workflow moved', events(9, { type: 'opportunity.stage', actor: 'system', stage: 's' }), 'unknown'],
  ])('takes %s as evidence enough or not', (_, history, band) => {
    expect(bandOf(decisionAt(0.5), foldAll(history), START_MS)).toBe(band);
  });

  it('knows nothing of a lead again after half a year without people', () => {
    expect(bandOf(decisionAt(0.5), known, START_MS + 180 * DAY_MS)).toBe('hot');
    expect(bandOf(decisionAt(0.5), known, START_MS + 181 * DAY_MS)).toBe('unknown');
    expect(bandOf(decisionAt(0.5), emptyState(), START_MS)).toBe('unknown');
  });
});

describe('reasonsOf', () => {
  it('gives what moved the score, strongest first, with missing values as null', () => {
    const contributions = new Float64Array(terms.length);
    const features = new Float64Array(FEATURES.length).fill(7);
    contributions.set([0.25, 0, -0.75, 0.5]);
    features[3] = Number.NaN;
    contributions[terms.indexOf('tenant')] = 0.125;
    expect(reasonsOf({ logit: 0, intercept: 0, terms, contributions, range: null }, features)).toEqual([
      { feature: FEATURES[2].name, value: 7, contribution: -0.75 },
      { feature: FEATURES[3].name, value: null, contribution: 0.5 },
      { feature: FEATURES[0].name, value: 7, contribution: 0.25 },
      { feature: 'tenant', value: null, contribution: 0.125 },
    ]);
  });

  it('leaves out only what adds nothing, so that reasons and intercept make the score', () => {
    const contributions = Float64Array.from(terms, (_, index) => (index % 3 === 0 ? 0 : index / 64));
    const decision: Decision = { logit: 0, intercept: -3, terms, contributions, range: null };
    const sum = reasonsOf(decision, contributions).reduce((total, reason) => total + reason.contribution, -3);
    expect(sum).toBe(sumOf(-3, contributions));
  });
});

describe('the strongest reasons', () => {
  const sizes = fc.array(fc.oneof(fc.constantFrom(0, -0, 0.5, -0.5), fc.double({ min: -2, max: 2, noNaN: true })), {
    minLength: terms.length,
    maxLength: terms.length,
  });

  it('are the first of all reasons, whatever they are', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: terms.length }), (values, atMost) => {
        const contributions = Float64Array.from(values);
        const decision: Decision = { logit: 0, intercept: 0, terms, contributions, range: null };
        const bySize = terms
          .map((feature, index) => ({ feature, value: null, contribution: values[index] ?? 0 }))
          .filter(({ contribution }) => contribution !== 0)
          .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
        const unknown = new Float64Array(FEATURES.length).fill(Number.NaN);
        expect(reasonsOf(decision, unknown, atMost)).toEqual(bySize.slice(0, atMost));
      }),
    );
  });
});

describe('sigmoid', () => {
  it('turns log-odds into odds between 0 and 1', () => {
    expect([-800, 0, 800].map(sigmoid)).toEqual([0, 0.5, 1]);
  });
});
