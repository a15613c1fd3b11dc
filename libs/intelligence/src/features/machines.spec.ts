import { byTime, type LeadEvent } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldAll } from './fold.ts';
import { history } from './histories.for-spec.ts';
import { machinesAmong } from './machines.ts';
import { FEATURES, featuresAt } from './table.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 5, 1);

let made = 0;
function mail(atMs: number, type: LeadEvent['type'], by: Partial<LeadEvent> = {}): LeadEvent {
  made += 1;
  const nothing = { direction: null, stage: null, value: null };
  const sent = { id: `m${made}`, leadId: 'lead', actor: 'lead', channel: 'email', subjectId: 'mail' } as const;
  return { ...nothing, ...sent, atMs: START_MS + atMs, type, ...by };
}
const delivered = (atMs: number): LeadEvent => mail(atMs, 'email.delivered', { actor: 'system' });
const opened = (atMs: number, by: Partial<LeadEvent> = {}): LeadEvent => mail(atMs, 'email.opened', by);
const clicked = (atMs: number, link?: string, by: Partial<LeadEvent> = {}): LeadEvent =>
  mail(atMs, 'email.clicked', { ...(link !== undefined && { link }), ...by });

const CLICKS = FEATURES.findIndex(({ name }) => name === 'clicks7d');

describe('machinesAmong', () => {
  it.each<[string, LeadEvent[], (string | undefined)[], number]>([
    ['a link followed an hour after delivery', [delivered(0), clicked(3_600_000, 'a')], [undefined, undefined], 1],
    ['a link followed without any open, where pictures are off', [clicked(0, 'a')], [undefined], 1],
    ['a click seconds after delivery', [delivered(0), clicked(10_000, 'a')], [undefined, 'atDelivery'], 0],
    ['a click a little later', [delivered(0), clicked(10_001, 'a')], [undefined, undefined], 1],
    [
      'a click seconds after an e-mail of ours was sent, where no delivery is told',
      [mail(0, 'message', { actor: 'agent', direction: 'out' }), clicked(2_000, 'a')],
      [undefined, 'atDelivery'],
      0,
    ],
    [
      'a click in another mail at that time',
      [delivered(0), clicked(2_000, 'a', { subjectId: 'x' })],
      [undefined, undefined],
      1,
    ],
    [
      'a click in a mail that is not said',
      [delivered(0), clicked(2_000, 'a', { subjectId: null })],
      [undefined, undefined],
      1,
    ],
    ['an open at delivery', [delivered(0), opened(3_000), opened(60_000)], [undefined, 'atDelivery', undefined], 0],
    ['a proxy that names itself', [opened(0, { machine: 'privacyProxy' })], ['privacyProxy'], 0],
    ['a scanner that names itself', [clicked(0, 'a', { machine: 'scannerAgent' })], ['scannerAgent'], 0],
    [
      'three links in two seconds',
      [clicked(0, 'a'), clicked(1_000, 'b'), clicked(2_000, 'c')],
      ['threeLinks', 'threeLinks', 'threeLinks'],
      0,
    ],
    [
      'three links in a little more',
      [clicked(0, 'a'), clicked(1_000, 'b'), clicked(2_001, 'c')],
      [undefined, undefined, undefined],
      3,
    ],
    ['one link three times', [clicked(0, 'a'), clicked(1, 'a'), clicked(2, 'a')], [undefined, undefined, undefined], 3],
    ['clicks that name no link', [clicked(0), clicked(1), clicked(2)], [undefined, undefined, undefined], 3],
    [
      'a burst long after a person',
      [clicked(0, 'a'), clicked(60_000, 'a'), clicked(60_500, 'b'), clicked(61_000, 'c')],
      [undefined, 'threeLinks', 'threeLinks', 'threeLinks'],
      1,
    ],
    [
      'of what is known first',
      [clicked(0, 'a', { machine: 'headRequest' }), clicked(1, 'b'), clicked(2, 'c')],
      ['headRequest', 'threeLinks', 'threeLinks'],
      0,
    ],
  ])('%s', (_, events, reasons, clicks) => {
    const machines = machinesAmong(events);
    expect(events.map(({ id }) => machines.get(id))).toEqual(reasons);
    expect(featuresAt(foldAll(events), START_MS + 2 * DAY_MS)[CLICKS]).toBe(clicks);
  });

  it('counts no click before two seconds have shown that it begins no burst', () => {
    const events = [clicked(0, 'a')];
    expect(featuresAt(foldAll(events), START_MS + 1_999)[CLICKS]).toBe(0);
    expect(featuresAt(foldAll(events), START_MS + 2_000)[CLICKS]).toBe(1);
  });
});

describe('opens and clicks of machines', () => {
  const byMachine = fc.constantFrom<Partial<LeadEvent>>(
    { type: 'email.opened' },
    { type: 'email.opened', machine: 'privacyProxy' },
    { type: 'email.clicked', machine: 'scannerAgent' },
    { type: 'email.clicked', machine: 'headRequest' },
  );

  it('change no feature, so no score of any model: neither alone nor among what people did', () => {
    fc.assert(
      fc.property(history, history, byMachine, fc.integer({ min: 0, max: 90 }), (events, more, machine, days) => {
        const others = events.filter(({ type }) => type !== 'email.clicked');
        const noise = more.map((event) => ({ ...event, id: `${event.id}m`, ...machine }));
        // As if asked after all of them: time passes by itself, and is no doing of theirs.
        const nowMs = Math.max(0, ...[...others, ...noise].map(({ atMs }) => atMs)) + days * DAY_MS;
        expect(featuresAt(foldAll([...others, ...noise]), nowMs)).toEqual(featuresAt(foldAll(others), nowMs));
      }),
      { numRuns: 500 },
    );
  });

  it('are the same whether told while folding or from the whole list', () => {
    fc.assert(
      fc.property(history, (events) => {
        const seen = new Set<string>();
        const ordered = events.toSorted(byTime).filter(({ id }) => !seen.has(id) && seen.add(id));
        const machines = machinesAmong(ordered);
        const clicks = ordered.filter(({ type }) => type === 'email.clicked').slice(-12);
        expect(foldAll(events).mail.clicks.map(({ machine }) => machine)).toEqual(
          clicks.map(({ id }) => machines.get(id) ?? null),
        );
      }),
      { numRuns: 500 },
    );
  });
});
