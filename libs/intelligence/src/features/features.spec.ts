import type { LeadEvent } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, foldAll, inOrder, isLate } from './fold.ts';
import { featuresOf } from './from-scratch.ts';
import { history, scene } from './histories.for-spec.ts';
import { decisionTime, emptyState, type LeadState } from './state.ts';
import { FEATURES, featuresAt } from './table.ts';

const RUNS = { numRuns: 1_500 };

/** Features by name, so that a failure names the feature; compared with Object.is, which tells bits but for NaN's. */
function named(features: Float64Array): Record<string, number> {
  return Object.fromEntries(FEATURES.map(({ name }, index) => [name, features[index] ?? Number.NaN]));
}

function throughJson(state: LeadState): LeadState {
  return JSON.parse(JSON.stringify(state)) as LeadState;
}

/** What a service does: fold what comes in the order it comes, begin anew when an event is late, store after each. */
function serve(deliveries: readonly LeadEvent[]): LeadState {
  const stored: LeadEvent[] = [];
  let state = emptyState();
  for (const event of deliveries) {
    if (stored.some(({ id }) => id === event.id)) continue;
    stored.push(event);
    state = throughJson(isLate(state, event) ? foldAll(stored) : fold(state, event));
  }
  return state;
}

describe('features', () => {
  it('are the same bits folded in one go and computed from scratch', () => {
    fc.assert(
      fc.property(scene, ([events, nowMs]) => {
        const state = foldAll(events);
        expect(named(featuresAt(state, nowMs))).toEqual(named(featuresOf(events, decisionTime(state, nowMs))));
      }),
      RUNS,
    );
  });

  it('are the same bits when served delivery by delivery, in any order, through JSON', () => {
    fc.assert(
      fc.property(scene, ([deliveries, nowMs]) => {
        const state = serve(deliveries);
        expect(named(featuresAt(state, nowMs))).toEqual(named(featuresOf(deliveries, decisionTime(state, nowMs))));
      }),
      RUNS,
    );
  });

  it('at a time are a function of the events up to it', () => {
    fc.assert(
      fc.property(scene, ([events, nowMs]) => {
        const upTo = events.filter(({ atMs }) => atMs <= nowMs);
        const expected = named(featuresOf(events, nowMs));
        expect(named(featuresAt(foldAll(upTo), nowMs))).toEqual(expected);
        expect(named(featuresOf(upTo.toReversed(), nowMs))).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('do not change when every event is delivered twice', () => {
    fc.assert(
      fc.property(scene, ([events, nowMs]) => {
        expect(featuresAt(foldAll([...events, ...events]), nowMs)).toEqual(featuresAt(foldAll(events), nowMs));
      }),
    );
  });

  it('do not change by what machines do: opens, deliveries, campaigns, tags, whatever their clocks say', () => {
    const byMachine = fc.constantFrom<LeadEvent['type']>(
      'email.opened',
      'email.bounced',
      'conversation.unread',
      'campaign',
      'lead.tagged',
    );
    fc.assert(
      fc.property(scene, history, byMachine, ([events, nowMs], more, type) => {
        const noise = more.map((event) => ({ ...event, id: `${event.id}m`, type }));
        expect(named(featuresAt(foldAll([...events, ...noise]), nowMs))).toEqual(
          named(featuresAt(foldAll(events), nowMs)),
        );
      }),
    );
  });

  it('are finite or missing, whatever the clocks say', () => {
    fc.assert(
      fc.property(scene, ([events, nowMs]) => {
        for (const value of featuresAt(foldAll(events), nowMs)) expect(Math.abs(value)).not.toBe(Infinity);
      }),
    );
  });

  it('have names of their own and a definition', () => {
    expect(new Set(FEATURES.map(({ name }) => name)).size).toBe(FEATURES.length);
    for (const { definition, missing, unit } of FEATURES) expect([definition, missing, unit]).not.toContain('');
  });
});

describe('the state', () => {
  it('is the same bits through JSON, and refuses late events', () => {
    fc.assert(
      fc.property(history, (events) => {
        const state = foldAll(events);
        expect(throughJson(state)).toStrictEqual(state);
        const [first, ...rest] = inOrder(events);
        if (first !== undefined && rest.length > 0) expect(() => fold(state, first)).toThrow(RangeError);
      }),
    );
  });

  it('takes the last event once more without change', () => {
    fc.assert(
      fc.property(history, (events) => {
        const last = inOrder(events).at(-1);
        fc.pre(last !== undefined);
        const state = foldAll(events);
        expect(fold(state, last)).toBe(state);
      }),
    );
  });
});
