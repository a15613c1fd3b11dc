import type { LeadEvent } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAgentAct, isSign } from '../features/reading.ts';
import { BEGINNING_MS, history, scene } from '../features/histories.for-spec.ts';
import type { Label } from './label.ts';
import { labelOf } from './label-at.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The moment that every example asks about; days are counted from it. */
const T = BEGINNING_MS + 100 * DAY_MS;
const FAR = T + 2000 * DAY_MS;

let ids = 0;
function at(days: number, type: LeadEvent['type'], more: Partial<LeadEvent> = {}): LeadEvent {
  ids += 1;
  const nothing = { direction: null, channel: null, stage: null, value: null, subjectId: null };
  return { id: `e${ids}`, leadId: 'lead', atMs: T + days * DAY_MS, type, actor: 'system', ...nothing, ...more };
}

const theyWrite = (days: number): LeadEvent => at(days, 'message', { actor: 'lead', direction: 'in' });
const weWrite = (days: number): LeadEvent => at(days, 'message', { actor: 'agent', direction: 'out' });
const robotWrites = (days: number): LeadEvent => at(days, 'message', { direction: 'out' });
const optOut = (days: number): LeadEvent => at(days, 'lead.dnd', { actor: 'lead', value: 1 });
const booked = (days: number, actor: LeadEvent['actor']): LeadEvent => at(days, 'appointment.booked', { actor });
const kept = (days: number): LeadEvent => at(days, 'appointment.kept', { actor: 'lead' });
/** A call in which both spoke. */
const talk = (days: number, direction: 'in' | 'out'): LeadEvent =>
  at(days, 'call', { actor: direction === 'in' ? 'lead' : 'agent', direction, stage: 'completed', value: 90 });
const created = (days = -1): LeadEvent => at(days, 'lead.created');

const YES: Label = { kind: 'known', value: 1 };
const NO: Label = { kind: 'known', value: 0 };
const CENSORED: Label = { kind: 'censored' };
const none = (why: Extract<Label, { kind: 'notApplicable' }>['why']): Label => ({ kind: 'notApplicable', why });

describe('conversion', () => {
  it.each<[string, LeadEvent[], Label]>([
    ['both sides after the moment', [created(), weWrite(2), theyWrite(3)], YES],
    ['they first, then we', [created(), theyWrite(1), weWrite(29)], YES],
    ['one call in which both spoke', [created(), talk(4, 'out')], YES],
    ['the last instant of the window', [created(), weWrite(1), theyWrite(30)], YES],
    ['an instant after it', [created(), weWrite(1), theyWrite(30 + 1 / DAY_MS)], NO],
    ['only they', [created(), theyWrite(1), theyWrite(2)], NO],
    ['only we', [created(), weWrite(1), weWrite(2)], NO],
    ['only automation answers', [created(), theyWrite(1), robotWrites(2)], NO],
    ['their half before the moment', [created(), theyWrite(-1), weWrite(1)], NO],
    ['all of it before the moment', [created(-20), theyWrite(-9), weWrite(-8), booked(-7, 'lead'), kept(-2)], NO],
    ['at the very moment', [created(), talk(0, 'out')], NO],
    ['an appointment booked by the lead', [created(), booked(5, 'lead')], YES],
    ['an appointment booked by a person of ours', [created(), booked(5, 'agent')], YES],
    ['an appointment booked by automation', [created(), booked(5, 'system')], NO],
    ['an appointment kept that was booked before', [created(), booked(-1, 'lead'), kept(3)], YES],
    ['a refusal', [created(), weWrite(1), theyWrite(2), optOut(2 + 1 / 1440)], NO],
    ['a conversation, and an opt-out days later', [created(), weWrite(1), theyWrite(2), optOut(9)], YES],
    ['no event up to the moment', [created(1), talk(2, 'in')], none('unknownYet')],
    ['a lead deleted before', [created(-9), at(-3, 'lead.deleted'), talk(2, 'in')], none('deleted')],
    ['a lead deleted and made again', [created(-9), at(-3, 'lead.deleted'), created(-2), talk(2, 'in')], YES],
    ['a lead deleted within the window', [created(), talk(2, 'in'), at(9, 'lead.deleted')], CENSORED],
  ])('%s', (_, events, label) => {
    expect(labelOf('conversion', events, T, FAR)).toEqual(label);
  });

  it.each<[string, number, LeadEvent[], Label]>([
    ['not over, nothing yet', 29, [created()], CENSORED],
    ['not over, and it happened already', 29, [created(), talk(2, 'in')], CENSORED],
    ['just over', 30, [created(), talk(2, 'in')], YES],
  ])('a window that is %s', (_, untilDays, events, label) => {
    expect(labelOf('conversion', events, T, T + untilDays * DAY_MS)).toEqual(label);
  });
});

describe('going cold', () => {
  // A lead of one day is new: 7 days of silence are normal.
  it.each<[string, LeadEvent[], Label]>([
    ['we wait for an answer, none comes', [created(), weWrite(-0.5)], YES],
    ['we wait for an answer, it comes', [created(), weWrite(-0.5), theyWrite(6)], NO],
    ['it comes when the window is over', [created(), weWrite(-0.5), theyWrite(7.1)], YES],
    ['we reach out later, no answer in 7 days from then', [created(), weWrite(3), theyWrite(10.5)], YES],
    ['we reach out later, an answer in 7 days from then', [created(), weWrite(3), theyWrite(9.5)], NO],
    ['we call, they take it', [created(), talk(2, 'out')], NO],
    ['an answer that says no', [created(), weWrite(-0.5), theyWrite(2), optOut(2)], NO],
    ['an appointment they keep', [created(), weWrite(-0.5), kept(2)], NO],
    ['an appointment they book', [created(), weWrite(-0.5), booked(2, 'lead')], NO],
    ['an appointment we book', [created(), weWrite(-0.5), booked(2, 'agent')], YES],
    ['opens and clicks are no signs', [created(), weWrite(-0.5), at(1, 'email.opened'), at(1, 'email.clicked')], YES],
    ['we never reach out', [created()], none('neglect')],
    ['they wrote, we never answer', [created(), theyWrite(-0.5)], none('neglect')],
    ['we reach out too late', [created(), weWrite(8)], none('neglect')],
    ['only automation reaches out', [created(), robotWrites(1)], none('neglect')],
    ['they come before we reach out', [created(), theyWrite(1), weWrite(2)], none('cameByThemselves')],
    ['they come, we never reach out', [created(), theyWrite(1)], none('cameByThemselves')],
    ['they call and we take it', [created(), talk(1, 'in')], none('cameByThemselves')],
    ['they opted out before', [created(), weWrite(-0.5), optOut(-0.2)], none('optedOut')],
    ['no event up to the moment', [weWrite(1)], none('unknownYet')],
    ['deleted within the window', [created(), weWrite(-0.5), at(3, 'lead.deleted')], CENSORED],
    // Talked less than 30 days ago: actively working, 10 days.
    ['an answer within the 10 days of a lead in work', [created(-40), talk(-5, 'in'), weWrite(-1), theyWrite(9)], NO],
    // Known for over a month and never talked: 21 days.
    ['an answer within the 21 days of one never talked to', [created(-40), weWrite(-1), theyWrite(20)], NO],
  ])('%s', (_, events, label) => {
    expect(labelOf('goingCold', events, T, FAR)).toEqual(label);
  });

  it.each<[string, number, LeadEvent[], Label]>([
    ['not over, silent so far', 6, [created(), weWrite(-0.5)], CENSORED],
    ['not over, and they answered already', 6, [created(), weWrite(-0.5), theyWrite(1)], CENSORED],
    ['not over, counted from our outreach', 9, [created(), weWrite(3)], CENSORED],
    ['over, counted from our outreach', 10, [created(), weWrite(3)], YES],
    ['not over, nobody did anything', 6, [created()], CENSORED],
    ['over, nobody did anything', 7, [created()], none('neglect')],
  ])('a window that is %s', (_, untilDays, events, label) => {
    expect(labelOf('goingCold', events, T, T + untilDays * DAY_MS)).toEqual(label);
  });
});

describe.each(['conversion', 'goingCold'] as const)('%s, whatever the history', (model) => {
  const until = fc.integer({ min: 0, max: 500 }).map((days) => BEGINNING_MS + days * DAY_MS);

  it('is the same for any order of events, and for repeated ones', () => {
    fc.assert(
      fc.property(scene, until, fc.infiniteStream(fc.double({ noNaN: true })), ([events, t], untilMs, keys) => {
        const ranks = new Map(events.map((event) => [event, keys.next().value as number]));
        const shuffled = events.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0));
        expect(labelOf(model, [...shuffled, ...events], t, untilMs)).toEqual(labelOf(model, events, t, untilMs));
      }),
    );
  });

  it('does not change when the log goes on', () => {
    fc.assert(
      fc.property(scene, until, until, ([events, t], a, b) => {
        const label = labelOf(model, events, t, Math.min(a, b));
        if (label.kind === 'censored') return;
        expect(labelOf(model, events, t, Math.max(a, b))).toEqual(label);
      }),
    );
  });

  it('looks at nothing beyond the end of the log', () => {
    fc.assert(
      fc.property(scene, until, ([events, t], untilMs) => {
        const seen = events.filter(({ atMs }) => atMs <= untilMs);
        expect(labelOf(model, events, t, untilMs)).toEqual(labelOf(model, seen, t, untilMs));
      }),
    );
  });
});

describe('labels, whatever the history', () => {
  const END_MS = BEGINNING_MS + 5000 * DAY_MS;

  it('tell of no conversion when nothing happens after the moment', () => {
    fc.assert(
      fc.property(scene, ([events, t]) => {
        const earlier = events.filter(({ atMs }) => atMs <= t);
        expect(labelOf('conversion', earlier, t, END_MS)).not.toEqual(YES);
      }),
    );
  });

  it('tell of a conversion when both speak in the window', () => {
    fc.assert(
      fc.property(scene, ([events, t]) => {
        const spoken = { ...talk(0, 'out'), id: 'spoken', atMs: t + DAY_MS };
        const label = labelOf('conversion', [...events, spoken], t, END_MS);
        if (label.kind === 'known') expect(label).toEqual(YES);
      }),
    );
  });

  it('never call a lead cold that gave a sign after the moment and within a week', () => {
    fc.assert(
      fc.property(scene, ([events, t]) => {
        if (events.some((event) => isSign(event) && event.atMs > t && event.atMs <= t + 7 * DAY_MS)) {
          expect(labelOf('goingCold', events, t, END_MS)).not.toEqual(YES);
        }
      }),
    );
  });

  it('never call a lead cold, or not, to whom no person of ours ever reached out', () => {
    fc.assert(
      fc.property(history, fc.nat(400), (events, days) => {
        const neglected = events.filter((event) => !isAgentAct(event));
        expect(labelOf('goingCold', neglected, BEGINNING_MS + days * DAY_MS, END_MS).kind).not.toBe('known');
      }),
    );
  });
});
