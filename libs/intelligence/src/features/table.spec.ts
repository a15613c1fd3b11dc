import type { LeadEvent } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import { foldAll } from './fold.ts';
import { touchOf } from './state.ts';
import { FEATURES, type FeatureName, featuresAt } from './table.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 5, 1);

let made = 0;
function happens(atMs: number, type: LeadEvent['type'], by: Partial<LeadEvent> = {}): LeadEvent {
  made += 1;
  const nothing = { direction: null, channel: null, stage: null, value: null, subjectId: null };
  return { id: `e${made}`, leadId: 'lead', atMs: START_MS + atMs, type, actor: 'system', ...nothing, ...by };
}
const weWrite = (atMs: number, by: Partial<LeadEvent> = {}): LeadEvent =>
  happens(atMs, 'message', { actor: 'agent', direction: 'out', ...by });
const theyWrite = (atMs: number): LeadEvent => happens(atMs, 'message', { actor: 'lead', direction: 'in' });
const call = (atMs: number, direction: 'in' | 'out', stage: string | null, value: number | null): LeadEvent =>
  happens(atMs, 'call', { actor: direction === 'in' ? 'lead' : 'agent', direction, stage, value });
const appointment = (
  atMs: number,
  what: 'booked' | 'changed' | 'kept' | 'missed' | 'cancelled',
  by: Partial<LeadEvent> = {},
) => happens(atMs, `appointment.${what}`, { actor: 'agent', subjectId: 'tour', ...by });
const deal = (atMs: number, what: 'created' | 'stage' | 'status' | 'value' | 'deleted', by: Partial<LeadEvent> = {}) =>
  happens(atMs, `opportunity.${what}`, { subjectId: 'deal', ...by });
const assigned = (atMs: number, subjectId: string): LeadEvent => happens(atMs, 'assigned', { subjectId });

function valueOf(feature: FeatureName, nowMs: number, events: readonly LeadEvent[]): number | undefined {
  return featuresAt(foldAll(events), START_MS + nowMs)[FEATURES.findIndex(({ name }) => name === feature)];
}

const created = happens(0, 'lead.created', { channel: 'portal' });

describe('features of a lead, by example', () => {
  it.each<[FeatureName, number, string, LeadEvent[], number]>([
    ['source', Number.NaN, 'nothing said', [happens(0, 'lead.created')], DAY_MS],
    ['source', 0, 'a portal', [created], DAY_MS],
    ['source', 1, 'corrected to referral', [created, happens(1, 'lead.updated', { channel: 'referral' })], DAY_MS],
    ['opportunityStatus', 0, 'no deal', [created], DAY_MS],
    ['opportunityStatus', 1, 'a new deal', [deal(0, 'created', { stage: 's1' })], DAY_MS],
    ['opportunityStatus', -1, 'abandoned', [deal(0, 'created'), deal(1, 'status', { stage: 'abandoned' })], DAY_MS],
    ['opportunityStatus', 2, 'won', [deal(0, 'created'), deal(1, 'status', { stage: 'won' })], DAY_MS],
    ['opportunityStatus', 0, 'deleted', [deal(0, 'created'), deal(1, 'deleted')], DAY_MS],
    ['opportunityValue', 3, 'of 999', [deal(0, 'created'), deal(1, 'value', { value: 999 })], DAY_MS],
    ['opportunityValue', 0, 'of 0, which is a value', [deal(0, 'created', { value: 0 })], DAY_MS],
    ['opportunityValue', Number.NaN, 'not said', [deal(0, 'created')], DAY_MS],
    [
      'stagesReached',
      2,
      'there and back',
      [deal(0, 'created', { stage: 'a' }), deal(1, 'stage', { stage: 'b' }), deal(2, 'stage', { stage: 'a' })],
      DAY_MS,
    ],
    [
      'daysInStage',
      3,
      'told twice, moved once',
      [deal(0, 'created', { stage: 'a' }), deal(DAY_MS, 'stage', { stage: 'a' })],
      3 * DAY_MS,
    ],
    ['stage', Number.NaN, 'none is known', [deal(0, 'created')], DAY_MS],
    [
      'stage',
      2,
      'the second it came to',
      [deal(0, 'created', { stage: 'z' }), deal(1, 'stage', { stage: 'a' })],
      DAY_MS,
    ],
    [
      'stage',
      1,
      'back in the first',
      [deal(0, 'created', { stage: 'a' }), deal(1, 'stage', { stage: 'b' }), deal(2, 'stage', { stage: 'a' })],
      DAY_MS,
    ],
    [
      'stage',
      12,
      'the thirteenth, 12 at most',
      Array.from({ length: 13 }, (_, at) => deal(at, 'stage', { stage: `s${at}` })),
      DAY_MS,
    ],
    ['handOffs', 0, 'a first agent', [assigned(0, 'ann'), assigned(1, 'ann')], DAY_MS],
    ['handOffs', 2, 'there and back', [assigned(0, 'ann'), assigned(1, 'bob'), assigned(2, 'ann')], DAY_MS],
    ['leadActs1d', 1, 'one within 24 hours', [theyWrite(0), theyWrite(HOUR_MS)], 24 * HOUR_MS],
    ['leadActs30d', 20, '20 at most', Array.from({ length: 33 }, (_, at) => theyWrite(at)), DAY_MS],
    ['leadActsDecayed', 0.5, 'one of a week ago', [theyWrite(0)], 7 * DAY_MS],
    ['leadActsDecayed', 1.25, 'one now and one of two weeks ago', [theyWrite(0), theyWrite(14 * DAY_MS)], 14 * DAY_MS],
    ['leadActsDecayed1d', 0.25, 'one of two days ago', [theyWrite(0)], 2 * DAY_MS],
    ['leadActsDecayed3d', 0.5, 'one of three days ago', [theyWrite(0)], 3 * DAY_MS],
    ['leadActsDecayed30d', 0.5, 'one of thirty days ago', [theyWrite(0)], 30 * DAY_MS],
    ['agentActs1d', 1, 'in 24 hours', [weWrite(0), weWrite(HOUR_MS)], 24 * HOUR_MS],
    ['agentActs3d', 2, 'in 3 days', [weWrite(0), weWrite(HOUR_MS)], 2 * DAY_MS],
    ['agentActs30d', 2, 'in 30 days', [weWrite(0), weWrite(HOUR_MS)], 29 * DAY_MS],
    ['agentActsDecayed1d', 1.5, 'one now and one of a day ago', [weWrite(0), weWrite(DAY_MS)], DAY_MS],
    ['agentActsDecayed3d', 0, 'only a workflow', [weWrite(0, { actor: 'system' })], DAY_MS],
    ['agentActsDecayed', 0.5, 'one of a week ago', [weWrite(0)], 7 * DAY_MS],
    ['agentActsDecayed30d', 0.25, 'one of sixty days ago', [weWrite(0)], 60 * DAY_MS],
    ['agentActs7d', 0, 'only a workflow', [weWrite(0, { actor: 'system' })], DAY_MS],
    ['agentActs7d', 0, 'not delivered', [weWrite(0, { stage: 'undelivered' })], DAY_MS],
    ['agentActs7d', 1, 'a call nobody took', [call(0, 'out', 'no-answer', 20)], DAY_MS],
    ['twoWay', 0, 'only us', [weWrite(0)], DAY_MS],
    ['twoWay', 1, 'both', [weWrite(0), theyWrite(1)], DAY_MS],
    ['twoWay', 1, 'a call answered', [call(0, 'in', null, 30)], DAY_MS],
    ['talks', 1, 'one spoken, one only rang', [call(0, 'out', 'completed', 90), call(1, 'out', 'busy', 9)], DAY_MS],
    ['talks', 1, 'answered, length unknown', [call(0, 'out', 'answered', null)], DAY_MS],
    ['talks', 0, 'completed after 0 seconds', [call(0, 'out', 'completed', 0)], DAY_MS],
    [
      'talkMinutes',
      1_440,
      'a day at most',
      [call(0, 'out', 'completed', 1e308), call(1, 'out', 'completed', -5)],
      DAY_MS,
    ],
    ['talkMinutes', 1.5, 'seconds to minutes', [call(0, 'out', 'completed', 90)], DAY_MS],
    ['attempts', 2, 'since they wrote', [weWrite(0), theyWrite(1), weWrite(2), call(3, 'out', 'busy', 0)], DAY_MS],
    ['attempts', 0, 'they kept an appointment', [weWrite(0), appointment(1, 'kept')], DAY_MS],
    ['replyMinutes', 5, 'from our last message', [weWrite(0), weWrite(MINUTE_MS), theyWrite(6 * MINUTE_MS)], DAY_MS],
    ['replyMinutes', Number.NaN, 'they wrote first', [theyWrite(0), weWrite(1)], DAY_MS],
    [
      'replyMinutes',
      3,
      'the median of 1, 3 and 60',
      [1, 3, 60].flatMap((minutes, day) => [weWrite(day * DAY_MS), theyWrite(day * DAY_MS + minutes * MINUTE_MS)]),
      5 * DAY_MS,
    ],
    [
      'ourReplyMinutes',
      7,
      'from their first that waited',
      [theyWrite(0), theyWrite(1), weWrite(7 * MINUTE_MS)],
      DAY_MS,
    ],
    ['ourReplyMinutes', 30, 'by a talk', [theyWrite(0), call(30 * MINUTE_MS, 'out', 'completed', 60)], DAY_MS],
    ['ourReplyMinutes', Number.NaN, 'we wrote first', [weWrite(0), theyWrite(1)], DAY_MS],
    ['ourReplyMinutes', Number.NaN, 'only a workflow did', [theyWrite(0), weWrite(1, { actor: 'system' })], DAY_MS],
    [
      'ourReplyMinutes',
      20,
      'the middle of 10 and 30',
      [theyWrite(0), weWrite(10 * MINUTE_MS), theyWrite(DAY_MS), weWrite(DAY_MS + 30 * MINUTE_MS)],
      2 * DAY_MS,
    ],
    ['documentsSent', 2, 'two of them', [happens(0, 'document.sent'), happens(1, 'document.sent')], DAY_MS],
    ['documentsSent', 0, 'one paid', [happens(0, 'document.paid')], DAY_MS],
    [
      'appointmentsBooked',
      2,
      'one moved, one cancelled',
      [appointment(0, 'booked'), appointment(1, 'changed'), appointment(2, 'cancelled', { subjectId: 'other' })],
      DAY_MS,
    ],
    [
      'daysSinceAppointment',
      2,
      'since it began, not since it was made',
      [appointment(0, 'booked', { value: START_MS + DAY_MS })],
      3 * DAY_MS,
    ],
    ['daysSinceAppointment', Number.NaN, 'ahead', [appointment(0, 'booked', { value: START_MS + 3 * DAY_MS })], DAY_MS],
    [
      'daysSinceAppointment',
      Number.NaN,
      'cancelled',
      [appointment(0, 'cancelled', { value: START_MS + DAY_MS })],
      3 * DAY_MS,
    ],
    ['daysSinceAppointment', 3, 'kept, start unknown', [appointment(0, 'kept')], 3 * DAY_MS],
    ['daysSinceAppointment', Number.NaN, 'booked, start unknown', [appointment(0, 'booked')], 3 * DAY_MS],
    ['appointmentsOpen', 1, 'ahead', [appointment(0, 'booked', { value: START_MS + 3 * DAY_MS })], DAY_MS],
    ['appointmentsOpen', 0, 'past', [appointment(0, 'booked', { value: START_MS + 3 * DAY_MS })], 4 * DAY_MS],
    ['appointmentsOpen', 1, 'start unknown', [appointment(0, 'booked')], 20 * DAY_MS],
    ['appointmentsOpen', 0, 'cancelled', [appointment(0, 'booked'), appointment(1, 'cancelled')], DAY_MS],
    ['appointmentsKept', 1, 'told twice', [appointment(0, 'kept'), appointment(1, 'kept')], DAY_MS],
    ['appointmentsMissed', 1, 'missed', [appointment(0, 'booked'), appointment(1, 'missed')], DAY_MS],
    ['optedOut', 1, 'do not disturb', [happens(0, 'lead.dnd', { value: 1 })], DAY_MS],
    ['optedOut', 0, 'taken back', [happens(0, 'lead.dnd', { value: 1 }), happens(1, 'lead.dnd', { value: 0 })], DAY_MS],
    ['optedOut', 1, 'unsubscribed', [happens(0, 'email.unsubscribed', { actor: 'lead' })], DAY_MS],
    ['ageDays', 2, 'since the record began', [created], 2 * DAY_MS],
    ['ageDays', 1, 'not since a mail was opened', [happens(0, 'email.opened'), theyWrite(DAY_MS)], 2 * DAY_MS],
    ['daysSinceEvent', 1, 'a task', [created, happens(DAY_MS, 'task.created')], 2 * DAY_MS],
    ['daysSinceEvent', 2, 'not the mail opened since', [created, happens(DAY_MS, 'email.opened')], 2 * DAY_MS],
    ['daysSinceLeadAct', 2, 'not the appointment since', [theyWrite(0), appointment(DAY_MS, 'kept')], 2 * DAY_MS],
    ['daysSinceSign', Number.NaN, 'never', [created, weWrite(1)], DAY_MS],
    ['daysSinceSign', 1, 'booked by the lead', [appointment(0, 'booked', { actor: 'lead' })], DAY_MS],
    ['daysSinceAgentAct', 1, 'not by the workflow after', [weWrite(0), weWrite(1, { actor: 'system' })], DAY_MS],
    ['daysSinceKept', 4, 'met', [appointment(0, 'kept')], 4 * DAY_MS],
    ['firstResponseMinutes', 12, 'to the form', [created, weWrite(12 * MINUTE_MS), weWrite(DAY_MS)], 2 * DAY_MS],
    ['firstResponseMinutes', Number.NaN, 'an auto-reply is none', [created, weWrite(1, { actor: 'system' })], DAY_MS],
    [
      'weOweHours',
      5,
      'since their first unanswered',
      [weWrite(0), theyWrite(HOUR_MS), theyWrite(2 * HOUR_MS)],
      6 * HOUR_MS,
    ],
    ['longestGapDays', 3, 'of 3 and 1', [weWrite(0), theyWrite(3 * DAY_MS), weWrite(4 * DAY_MS)], 9 * DAY_MS],
    ['latestGapDays', 1, 'of 3 and 1', [weWrite(0), theyWrite(3 * DAY_MS), weWrite(4 * DAY_MS)], 9 * DAY_MS],
    ['meanGapDays', 2, 'of 3 and 1', [weWrite(0), theyWrite(3 * DAY_MS), weWrite(4 * DAY_MS)], 9 * DAY_MS],
    ['longestGapDays', Number.NaN, 'one act only', [weWrite(0)], 9 * DAY_MS],
    ['latestGapDays', 0, 'at one moment', [weWrite(0), theyWrite(0)], 9 * DAY_MS],
    ['meanGapDays', Number.NaN, 'none but a workflow', [created, weWrite(1, { actor: 'system' })], 9 * DAY_MS],
    ['hour', 13.5, 'half past one, UTC', [created], 13.5 * HOUR_MS],
    ['weekday', 0, '1 June 2026, a Monday', [created], 1],
    ['weekday', 6, 'the Sunday after', [created], 6 * DAY_MS],
    ['leadActHour', 9, 'theirs, not ours', [theyWrite(9 * HOUR_MS), weWrite(11 * HOUR_MS)], 2 * DAY_MS],
    ['leadActWeekday', 1, 'a Tuesday', [theyWrite(DAY_MS)], 5 * DAY_MS],
    ['leadActWeekday', Number.NaN, 'never', [weWrite(0)], DAY_MS],
    ['weOweHours', Number.NaN, 'answered', [theyWrite(0), weWrite(1)], DAY_MS],
    ['theyOweDays', 2, 'since our first unanswered', [theyWrite(0), weWrite(DAY_MS), weWrite(2 * DAY_MS)], 3 * DAY_MS],
    ['theyOweDays', Number.NaN, 'it is our turn', [weWrite(0), theyWrite(1)], DAY_MS],
    ['silenceShare', 1, 'new: 7 days', [created, weWrite(0)], 7 * DAY_MS],
    ['silenceShare', 2, 'never talked, after a month: 21 days', [created, weWrite(0)], 42 * DAY_MS],
    ['silenceShare', 0.5, 'working: 10 days', [call(0, 'out', 'completed', 60), weWrite(0)], 5 * DAY_MS],
    ['silenceShare', 3, 'talked within a year: 14 days', [theyWrite(0), weWrite(0)], 42 * DAY_MS],
    ['silenceShare', 10, 'longer ago: 60 days', [theyWrite(0), weWrite(0)], 600 * DAY_MS],
    ['silenceShare', 1, 'past client: 180 days', [deal(0, 'status', { stage: 'won' }), weWrite(0)], 180 * DAY_MS],
  ])('%s is %d: %s', (feature, expected, _, events, nowMs) => {
    expect(valueOf(feature, nowMs, events)).toBe(expected);
  });

  it('are asked for no time before the last event', () => {
    expect(valueOf('ageDays', DAY_MS, [created, weWrite(3 * DAY_MS)])).toBe(3);
  });
});

describe('touchOf', () => {
  it.each<[string, LeadEvent[], number | null]>([
    ['nothing', [], null],
    ['their message', [theyWrite(5)], 5],
    ['our message, not the workflow’s', [weWrite(5), weWrite(7, { actor: 'system' })], 5],
    [
      'an appointment kept, not its change by the system',
      [appointment(5, 'kept'), appointment(6, 'changed', { actor: 'system' })],
      5,
    ],
    ['no opens and clicks', [weWrite(5), happens(6, 'email.opened', { actor: 'lead', direction: 'in' })], 5],
  ])('is %s', (_, events, atMs) => {
    expect(touchOf(foldAll(events))?.atMs ?? null).toBe(atMs === null ? null : START_MS + atMs);
  });
});
