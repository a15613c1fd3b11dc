import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Forward } from '../data-set.ts';
import { csvText, filesFrom } from '../files.for-spec.ts';
import { bpic2012 } from './bpic2012.ts';

const SUBMITTED_MS = Date.UTC(2012, 0, 10, 9);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const MAP = [
  ['A_SUBMITTED', 'COMPLETE', 'lead.created', 'new'],
  ['A_PREACCEPTED', 'COMPLETE', 'lead.prequalified', 'prequalified'],
  ['O_SENT', 'COMPLETE', 'proposal.sent', 'proposal'],
  ['O_SENT_BACK', 'COMPLETE', 'proposal.response_received', 'negotiation'],
  ['O_CANCELLED', 'COMPLETE', 'proposal.withdrawn', ''],
  ['A_CANCELLED', 'COMPLETE', 'lead.lost_no_response', 'lost'],
  ['A_APPROVED', 'COMPLETE', 'lead.won', 'won'],
  ['W_Nabellen offertes', 'SCHEDULE', 'task.call_offer.scheduled', ''],
  ['W_Nabellen offertes', 'START', 'task.call_offer.started', ''],
  ['W_Nabellen offertes', 'COMPLETE', 'task.call_offer.completed', ''],
].map(([activity, lifecycle, crm_event, stage_after]) => ({ activity, lifecycle, crm_event, stage_after }));

interface Event {
  readonly hours: number;
  readonly activity: string;
  readonly lifecycle?: string;
  readonly resource?: string;
}

interface Case {
  readonly split: string;
  readonly outcome: string;
  readonly outcomeHours: number | null;
  readonly events: readonly Event[];
  readonly isInstantDecline?: boolean;
}

const timeOf = (hours: number): string => new Date(SUBMITTED_MS + hours * HOUR_MS).toISOString();

function tasksOf(cases: readonly Case[]): readonly Forward[] {
  const caseRows = cases.map(({ split, outcome, outcomeHours, isInstantDecline = false }, at) => ({
    case_id: at,
    submitted_at: timeOf(0),
    amount_requested: 5_000,
    n_events: 99,
    outcome,
    outcome_at: outcomeHours === null ? '' : timeOf(outcomeHours),
    instant_decline: Number(isInstantDecline),
    split,
  }));
  const eventRows = cases.flatMap(({ events }, at) =>
    events.map(({ hours, activity, lifecycle = 'COMPLETE', resource = '10' }) => ({
      case_id: at,
      ts: timeOf(hours),
      activity,
      lifecycle,
      resource,
    })),
  );
  const files = filesFrom({
    'bpic2012/cases.csv.gz': csvText(caseRows),
    'bpic2012/events.csv.gz': csvText(eventRows),
    'bpic2012/event_map.csv': csvText(MAP),
  });
  return bpic2012.tasksOf(files).map(({ protocol }) => protocol as Forward);
}

const SUBMITTED: Event = { hours: 0, activity: 'A_SUBMITTED', resource: '112' };
const won: Case = { split: 'train', outcome: 'approved', outcomeHours: 300, events: [SUBMITTED] };

/** What is known of the only test lead at each snapshot, by feature. */
function featuresOf(one: Case) {
  const [{ test }] = tasksOf([won, { ...one, split: 'test' }]) as [Forward, ...Forward[]];
  const at = (row: number) => Object.fromEntries(test.columns.map(({ name, values }) => [name, values[row]]));
  return Array.from(test.labels, (_, row) => at(row));
}

it('looks at days 1, 3, 7, 14 and 21 while a lead is open, and cuts by the split of the log', () => {
  const cancelled = { split: 'test', outcome: 'cancelled', outcomeHours: 15 * 24 + 1, events: [SUBMITTED] };
  const [conversion, cold, cold14] = tasksOf([
    won,
    cancelled,
    { ...won, split: 'censored' },
    { ...won, split: 'valid' },
  ]);
  expect([...(conversion?.test.labels ?? [])]).toEqual([0, 0, 0, 0]);
  expect([...(cold?.test.labels ?? [])]).toEqual([1, 1, 1, 1]);
  expect([...(cold14?.test.labels ?? [])]).toEqual([0, 1, 1, 1]);
  expect([...(conversion?.ageDays ?? [])]).toEqual([1, 3, 7, 14]);
  expect([...(conversion?.train.labels ?? [])]).toEqual([1, 1, 1, 1, 1, 1]);
  expect([...(conversion?.train.groups ?? [])]).toEqual([0, 0, 0, 3, 3, 3]);
  expect(conversion?.train.atMs[1]).toBe(SUBMITTED_MS + 3 * DAY_MS);
});

it('leaves out who was declined at once, and who is still open where it takes an outcome', () => {
  const open = { split: 'test', outcome: 'open', outcomeHours: null, events: [SUBMITTED] };
  const instant = {
    split: 'test',
    outcome: 'declined',
    outcomeHours: 400,
    events: [SUBMITTED],
    isInstantDecline: true,
  };
  const declined = { ...instant, isInstantDecline: false };
  const tests = tasksOf([won, open, instant, declined]).map(({ test }) => [...test.groups]);
  expect(tests).toEqual([
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [1, 1, 1, 1, 1, 3, 3, 3, 3],
  ]);
});

it('gives each way of waiting a clock of its own', () => {
  const [day1, day3, day7] = featuresOf({
    ...won,
    events: [
      SUBMITTED,
      { hours: 30, activity: 'O_SENT' },
      { hours: 40, activity: 'W_Nabellen offertes', lifecycle: 'START', resource: '11' },
      { hours: 70, activity: 'O_SENT', resource: '11' },
      { hours: 71, activity: 'W_Nabellen offertes', lifecycle: 'START', resource: '12' },
      { hours: 100, activity: 'O_SENT_BACK' },
    ],
  });
  expect(day1).toMatchObject({ hoursWithoutProposal: 24, hoursWithoutAnswer: Number.NaN, agents: 0, stage: 0 });
  expect(day3).toMatchObject({ hoursWithoutProposal: Number.NaN, hoursWithoutAnswer: 2, callsWithoutAnswer: 1 });
  expect(day3).toMatchObject({ calls: 2, hoursOfProposals: 40, agents: 3, stage: 3, hoursInStage: 42, events3Days: 5 });
  expect(day7).toMatchObject({ hoursWithoutAnswer: Number.NaN, hoursSinceAnswer: 68, answers: 1, stage: 4 });
});

it('never sees what comes at or after a snapshot, nor from a second before the outcome on', () => {
  const events = [SUBMITTED, { hours: 2, activity: 'A_PREACCEPTED' }, { hours: 30, activity: 'O_SENT' }];
  const outcomeHours = 80;
  const cutHours = (hours: number) => Math.min(hours, outcomeHours - 1 / 3_600);
  const late = fc.record({
    hours: fc.oneof(fc.constantFrom(24, 72, outcomeHours), fc.double({ min: 0, max: 400, noNaN: true })),
    activity: fc.constantFrom('A_PREACCEPTED', 'O_SENT', 'O_SENT_BACK', 'O_CANCELLED', 'A_CANCELLED', 'A_APPROVED'),
  });
  const before = featuresOf({ ...won, outcomeHours, events });
  fc.assert(
    fc.property(late, (event) => {
      const after = featuresOf({ ...won, outcomeHours, events: [...events, event] });
      for (const [row, days] of [1, 3].entries()) {
        // Times are written to the millisecond.
        if (Math.round(event.hours * HOUR_MS) >= Math.floor(cutHours(days * 24) * HOUR_MS))
          expect(after[row]).toEqual(before[row]);
      }
    }),
  );
  const closing = { hours: outcomeHours - 0.5 / 3_600, activity: 'A_CANCELLED' };
  const open = { ...won, outcomeHours: 24.0001, events };
  expect(featuresOf({ ...open, events: [...events, { ...closing, hours: 24.0001 - 0.5 / 3_600 }] })).toEqual(
    featuresOf(open),
  );
});
