import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LeadEvent } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import { bandOf, isTooWide, thinEvidenceOf } from './bands.ts';
import { foldAll } from './features/fold.ts';
import { emptyState } from './features/state.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 5, 1);

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
    expect(bandOf(odds, thinEvidenceOf(known, START_MS))).toBe(band);
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
    expect(bandOf(0.5, thinEvidenceOf(foldAll(history), START_MS))).toBe(band);
  });

  it('knows nothing of a lead again after half a year without people', () => {
    expect(thinEvidenceOf(known, START_MS + 180 * DAY_MS)).toBeNull();
    expect(thinEvidenceOf(known, START_MS + 181 * DAY_MS)).toBe('longSilent');
    expect(thinEvidenceOf(emptyState(), START_MS)).toBe('neverActed');
  });
});

describe('a range', () => {
  it.each([
    [0.04, 0.09, false],
    [0.07, 0.6, false],
    [0.05, 0.13, false],
    [0.03, 0.14, true],
    [0.001, 0.119, false],
    [0.01, 0.9, true],
  ])('from %d to %d is too wide to act on: %s', (low, high, tooWide) => {
    expect(isTooWide({ low, high })).toBe(tooWide);
  });
});

it('imports nothing that a browser would have to load', async () => {
  const source = await readFile(join(import.meta.dirname, 'bands.ts'), 'utf8');
  expect(source.match(/^import (?!type )/gm)).toBeNull();
});
