import { type LeadEvent, leadEvent } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, foldAll, isLate } from './fold.ts';
import { featuresOf } from './from-scratch.ts';
import { history, scene } from './histories.for-spec.ts';
import { decisionTime, emptyState } from './state.ts';
import { FEATURES, featuresAt, featuresInto } from './table.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 5, 1, 12);

function named(features: Float64Array): Record<string, number> {
  return Object.fromEntries(FEATURES.map(({ name }, index) => [name, features[index] ?? Number.NaN]));
}

const BARE: LeadEvent = {
  id: 'e',
  leadId: 'lead',
  atMs: NOW_MS,
  type: 'message',
  actor: 'system',
  direction: null,
  channel: null,
  stage: null,
  value: null,
  subjectId: null,
};

describe('a lead with no events', () => {
  it('has no past, counts of 0 and a time of day', () => {
    const features = named(featuresAt(emptyState(), NOW_MS));
    expect(features).toEqual(named(featuresOf([], NOW_MS)));
    expect(features).toMatchObject({ ageDays: Number.NaN, leadActs30d: 0, leadActsDecayed: 0, hour: 12, weekday: 0 });
    expect(Object.values(features).filter((value) => value !== 0 && !Number.isNaN(value))).toEqual([12]);
  });
});

describe('events with nothing but what they must have', () => {
  it('of every type give features that are finite or missing', () => {
    const bare = leadEvent.shape.type.options.map((type, index) => ({ ...BARE, id: `e${index}`, type }));
    for (const value of featuresAt(foldAll(bare), NOW_MS)) expect(Math.abs(value)).not.toBe(Infinity);
  });

  it('are those of older builds, which knew neither links nor machines', () => {
    fc.assert(
      fc.property(history, (events) => {
        const older = events.map(({ link: _link, machine: _machine, ...event }) => event);
        expect(older.map((event) => leadEvent.parse(event))).toEqual(older);
        expect(named(featuresAt(foldAll(older), NOW_MS))).toEqual(
          named(featuresOf(older, decisionTime(foldAll(older), NOW_MS))),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('events with more than is known', () => {
  it('mean the same, as those of newer builds will', () => {
    fc.assert(
      fc.property(
        scene,
        fc.dictionary(fc.constantFrom('mood', 'geo', '__v'), fc.anything()),
        ([events, nowMs], more) => {
          const newer = events.map((event) => ({ ...more, ...event }));
          expect(featuresAt(foldAll(newer), nowMs)).toEqual(featuresAt(foldAll(events), nowMs));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a field of the wrong kind', () => {
  const wrong = fc.oneof(fc.object(), fc.boolean(), fc.constantFrom(Number.NaN, Infinity, -Infinity, '', undefined));

  it('is no lead event, so never reaches a fold', () => {
    const fields = fc.constantFrom('id', 'atMs', 'type', 'actor', 'value', 'machine', 'link');
    fc.assert(
      fc.property(fields, wrong, (field, value) => {
        fc.pre(!(value === undefined && (field === 'machine' || field === 'link')));
        fc.pre(!(field === 'link' && typeof value === 'string'));
        expect(leadEvent.safeParse({ ...BARE, [field]: value }).success).toBe(false);
      }),
    );
  });
});

describe('clocks', () => {
  it('that run ahead leave every time since something at 0 or more', () => {
    fc.assert(
      fc.property(scene, fc.integer({ min: 0, max: 3_650 }), ([events, nowMs], days) => {
        const ahead = { ...BARE, id: 'ahead', direction: 'in' as const, atMs: nowMs + days * DAY_MS };
        const features = named(featuresAt(foldAll([...events, ahead]), nowMs));
        for (const [name, value] of Object.entries(features)) {
          if (/Days|Hours|Minutes|^daysSince|^age/.test(name) && !Number.isNaN(value))
            expect(value).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('that go back give what held after the last event, however far', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 3_650 }), (events, days) => {
        const state = foldAll(events);
        fc.pre(state.lastNewsAtMs !== null);
        const lastMs = decisionTime(state, 0);
        expect(named(featuresAt(state, lastMs - days * DAY_MS))).toEqual(named(featuresAt(state, lastMs)));
      }),
    );
  });

  it('that go back between two events make the second late, and folding anew puts it in its place', () => {
    const first = { ...BARE, id: 'a', direction: 'in' as const };
    const second = { ...BARE, id: 'b', actor: 'agent' as const, direction: 'out' as const, atMs: NOW_MS - DAY_MS };
    const state = fold(emptyState(), first);
    expect(isLate(state, second)).toBe(true);
    expect(named(featuresAt(foldAll([first, second]), NOW_MS))).toMatchObject({ replyMinutes: 1_440, attempts: 0 });
  });
});

describe('100,000 events of one lead', () => {
  const types = ['message', 'call', 'email.clicked', 'appointment.booked', 'opportunity.stage', 'assigned'] as const;
  const busy = Array.from({ length: 100_000 }, (_, index): LeadEvent => ({
    ...BARE,
    id: `event-${String(index).padStart(6, '0')}`,
    atMs: Date.UTC(2026, 0, 1) + index * 60_000,
    type: types[index % types.length] ?? 'note',
    actor: index % 3 === 0 ? 'lead' : 'agent',
    direction: index % 2 === 0 ? 'in' : 'out',
    channel: 'email',
    stage: index % 6 === 4 ? `a-stage-id-of-thirty-six-characters-${index}` : null,
    value: index,
    subjectId: `a-subject-id-of-thirty-six-characters-${index}`,
    link: `link${index % 5}`,
  }));
  const nowMs = Date.UTC(2026, 2, 20);

  it('fold into a state no larger than after 1,000, and to the bits that the whole list gives', () => {
    const state = foldAll(busy);
    expect(state.events).toBe(100_000);
    const bytes = (events: readonly LeadEvent[]): number => JSON.stringify(foldAll(events)).length;
    expect(JSON.stringify(state).length).toBeLessThan(bytes(busy.slice(0, 1_000)) * 1.1);
    expect(JSON.stringify(state).length).toBeLessThan(6_000);
    expect(named(featuresAt(state, nowMs))).toEqual(named(featuresOf(busy, nowMs)));
  });
});

describe('featuresInto', () => {
  it('writes the same bits into its row of a batch, and nothing beside it', () => {
    fc.assert(
      fc.property(scene, ([events, nowMs]) => {
        const state = foldAll(events);
        const batch = new Float64Array(3 * FEATURES.length).fill(7);
        featuresInto(state, nowMs, batch, FEATURES.length);
        expect(batch.slice(FEATURES.length, 2 * FEATURES.length)).toEqual(featuresAt(state, nowMs));
        expect(batch.filter((value) => value === 7).length).toBeGreaterThanOrEqual(2 * FEATURES.length);
        expect([batch[FEATURES.length - 1], batch[2 * FEATURES.length]]).toEqual([7, 7]);
      }),
      { numRuns: 200 },
    );
  });
});
