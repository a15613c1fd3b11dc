import { type LeadEvent, leadEventType, statedMachine } from '@hub/contracts';
import fc from 'fast-check';

const HOUR_MS = 3_600_000;
const YEAR_HOURS = 365 * 24;
/** Histories begin here, in the middle of a half-life. */
export const BEGINNING_MS = Date.UTC(2026, 2, 10, 7, 13, 11, 17);

const offset = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 60 * 24 }).map((hours) => hours * HOUR_MS) }, // many equal times
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 40 * 24 * HOUR_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 * YEAR_HOURS }).map((hours) => hours * HOUR_MS) },
  { weight: 1, arbitrary: fc.constant(-BEGINNING_MS) }, // a broken clock: 1970
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 15_000 }) }, // seconds, as machines are quick
);

const type = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<LeadEvent['type']>('message', 'call', 'voicemail', 'appointment.booked') },
  { weight: 1, arbitrary: fc.constantFrom<LeadEvent['type']>('email.clicked', 'email.delivered') },
  { weight: 2, arbitrary: fc.constantFrom(...leadEventType.options) },
);

const stage = fc.constantFrom(
  null,
  null,
  'completed',
  'no-answer',
  'failed',
  'open',
  'won',
  'lost',
  's-1',
  's-2',
  's-3',
);

const value = fc.oneof(
  fc.constantFrom(null, 0, 1),
  fc.integer({ min: -10, max: 900 }),
  fc.double({ min: 0, max: 2e6, noNaN: true }),
  offset.map((ms) => BEGINNING_MS + ms), // an appointment's start
);

const eventWithUndefined = fc.record({
  id: fc.integer({ min: 0, max: 10_000 }).map(String),
  leadId: fc.constant('lead'),
  atMs: offset.map((ms) => BEGINNING_MS + ms),
  type,
  actor: fc.constantFrom('lead', 'agent', 'system'),
  direction: fc.constantFrom('in', 'out', null),
  channel: fc.constantFrom('sms', 'email', 'call', 'referral', 'import', 'website', null),
  stage,
  value,
  subjectId: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c', null) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 60 }).map(String) },
  ),
  link: fc.constantFrom('l1', 'l2', 'l3', 'l4', undefined),
  machine: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...statedMachine.options) },
  ),
});

const event: fc.Arbitrary<LeadEvent> = eventWithUndefined.map(({ link, machine, ...rest }) => ({
  ...rest,
  ...(link !== undefined && { link }),
  ...(machine !== undefined && { machine }),
}));

const distinct = fc.oneof(
  { weight: 6, arbitrary: fc.uniqueArray(event, { selector: ({ id }) => id, maxLength: 30 }) },
  { weight: 1, arbitrary: fc.uniqueArray(event, { selector: ({ id }) => id, minLength: 60, maxLength: 120 }) },
);

/** Deliveries of a lead's events: in any order, with equal times, and some of them again. */
export const history: fc.Arbitrary<LeadEvent[]> = distinct.chain((events) =>
  fc
    .tuple(fc.constant(events), fc.subarray(events, { maxLength: Math.min(4, events.length) }))
    .chain(([once, again]) => fc.shuffledSubarray([...once, ...again], { minLength: once.length })),
);

const moment = fc.oneof(
  offset.map((ms) => BEGINNING_MS + ms),
  fc.integer({ min: BEGINNING_MS, max: BEGINNING_MS + 6 * YEAR_HOURS * HOUR_MS }),
);

/** Deliveries and a time to ask about: any, or the very edge of a window after one of them. */
export const scene: fc.Arbitrary<readonly [deliveries: LeadEvent[], nowMs: number]> = history.chain((events) => {
  const edge = fc
    .tuple(fc.nat(), fc.constantFrom(...[0, 1, 3, 7, 30, 365].map((days) => days * 24 * HOUR_MS), 2_000, 10_000))
    .map(([at, windowMs]) => (events[at % events.length]?.atMs ?? BEGINNING_MS) + windowMs);
  return fc.tuple(fc.constant(events), fc.oneof(moment, edge));
});
