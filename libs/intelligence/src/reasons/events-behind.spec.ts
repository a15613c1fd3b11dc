import type { LeadEvent } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { featuresOf } from '../features/from-scratch.ts';
import { scene } from '../features/histories.for-spec.ts';
import { FEATURES } from '../features/table.ts';
import { eventsBehind, MAX_BEHIND } from './events-behind.ts';

const NOW = Date.UTC(2026, 5, 1);
const HOUR_MS = 3_600_000;

function eventsOf(ids: readonly string[], events: readonly LeadEvent[], nowMs: number): LeadEvent[] {
  return ids.map((id) => {
    const found = events.find((event) => event.id === id && event.atMs <= nowMs);
    if (found === undefined) throw new Error(`${id} is no event of the lead`);
    return found;
  });
}

/** Many features come from the same events. */
function remembering(compute: (ids: readonly string[]) => Float64Array): (ids: readonly string[]) => Float64Array {
  const known = new Map<string, Float64Array>();
  return (ids) => {
    const computed = known.get(ids.join()) ?? compute(ids);
    known.set(ids.join(), computed);
    return computed;
  };
}

let serial = 0;

function at(hoursAgo: number, more: Partial<LeadEvent>): LeadEvent {
  serial += 1;
  return {
    id: `e${serial}`,
    leadId: 'lead',
    atMs: NOW - hoursAgo * HOUR_MS,
    type: 'message',
    actor: 'system',
    direction: null,
    channel: null,
    stage: null,
    value: null,
    subjectId: null,
    ...more,
  };
}

const theirs = (hoursAgo: number): LeadEvent => at(hoursAgo, { actor: 'lead', direction: 'in' });
const ours = (hoursAgo: number): LeadEvent => at(hoursAgo, { actor: 'agent', direction: 'out' });

describe('the events behind a feature', () => {
  it('alone give its value, to the bit, unless there are too many to name', () => {
    fc.assert(
      fc.property(scene, ([events, nowMs]) => {
        const values = featuresOf(events, nowMs);
        const alone = remembering((ids) => featuresOf(eventsOf(ids, events, nowMs), nowMs));
        FEATURES.forEach(({ name }, index) => {
          const ids = eventsBehind(name, events, nowMs);
          expect(ids.length).toBeLessThanOrEqual(MAX_BEHIND);
          if (ids.length === MAX_BEHIND) return;
          expect({ [name]: alone(ids)[index] }).toEqual({ [name]: values[index] });
        });
      }),
      { numRuns: 120 },
    );
  });

  it('do not change by what comes after the decision', () => {
    fc.assert(
      fc.property(scene, ([events, nowMs]) => {
        const upTo = events.filter(({ atMs }) => atMs <= nowMs);
        for (const { name } of FEATURES) {
          expect(eventsBehind(name, events, nowMs)).toEqual(eventsBehind(name, upTo, nowMs));
        }
      }),
      { numRuns: 50 },
    );
  });

  const created = at(900, { type: 'lead.created' });
  const [asked, answered, askedAgain, andAgain] = [ours(600), theirs(590), ours(300), ours(48)] as const;
  const booked = at(200, { type: 'appointment.booked', subjectId: 'a', value: NOW - 100 * HOUR_MS });
  const missed = at(99, { type: 'appointment.missed', subjectId: 'a', value: NOW - 100 * HOUR_MS });
  const story = [created, asked, answered, askedAgain, andAgain, booked, missed];

  it.each<[string, LeadEvent[]]>([
    ['attempts', [askedAgain, andAgain]],
    ['daysSinceSign', [answered]],
    ['theyOweDays', [askedAgain]],
    ['replyMinutes', [asked, answered]],
    ['firstResponseMinutes', [created, asked]],
    ['ageDays', [created]],
    ['appointmentsMissed', [missed]],
    ['appointmentsOpen', []],
    ['leadActs7d', []],
    ['weekday', []],
    ['attempts × daysSinceSign', [answered, askedAgain, andAgain]],
    ['calibration', []],
    ['tenant', []],
    ['toString', []],
  ])('of %s are the ones a person would name', (term, expected) => {
    expect(eventsBehind(term, story, NOW)).toEqual(expected.map(({ id }) => id));
  });

  it('are the latest when there are too many', () => {
    const calls = Array.from({ length: 50 }, (_, index) => ours(50 - index));
    expect(eventsBehind('attempts', calls, NOW)).toEqual(calls.slice(-MAX_BEHIND).map(({ id }) => id));
  });
});
