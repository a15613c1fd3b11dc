import { leadEvent } from '@hub/contracts';
import { normalise } from '@hub/crm-ghl';
import { decisionTime, FEATURES, featuresAt, featuresOf, foldAll } from '@hub/intelligence';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const NOW_MS = Date.UTC(2026, 5, 1, 12);

/** One body of each family that changes features, with every field that is read. */
const BODIES: readonly Readonly<Record<string, unknown>>[] = [
  { type: 'ContactCreate', id: 'lead', source: 'Referral', dateAdded: '2026-05-30T10:00:00.000Z', assignedTo: 'ann' },
  { type: 'ContactDndUpdate', id: 'lead', dnd: true, dndSettings: { SMS: { status: 'active' } } },
  {
    type: 'InboundMessage',
    contactId: 'lead',
    direction: 'inbound',
    messageType: 'SMS',
    status: 'delivered',
    dateAdded: '2026-05-31T10:00:00.000Z',
  },
  {
    type: 'OutboundMessage',
    contactId: 'lead',
    userId: 'ann',
    direction: 'outbound',
    messageType: 'CALL',
    callStatus: 'completed',
    callDuration: 120,
    dateAdded: '2026-05-31T11:00:00.000Z',
  },
  {
    type: 'AppointmentCreate',
    appointment: {
      id: 'tour',
      contactId: 'lead',
      appointmentStatus: 'confirmed',
      startTime: '2026-06-03T10:00:00.000Z',
      dateUpdated: '2026-05-31T12:00:00.000Z',
    },
  },
  {
    type: 'OpportunityStageUpdate',
    id: 'deal',
    contactId: 'lead',
    pipelineStageId: 'stage-1',
    status: 'open',
    monetaryValue: 400_000,
  },
  {
    type: 'LCEmailStats',
    webhookPayload: {
      event: 'clicked',
      id: 'mail',
      timestamp: 1_780_200_000,
      url: 'https://example.com/home',
      'user-variables': { contact_id: 'lead' },
      'client-info': { bot: '', 'user-agent': 'Mozilla/5.0' },
    },
  },
  { _id: 'bill', status: 'sent', invoiceNumber: '7', contactDetails: { id: 'lead' }, total: 900, amountPaid: 0 },
];

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'x', '-1', 0, -1, 1e300, 5e-324, true, [], [1], {}, { a: 1 }),
  fc.constantFrom<unknown>('1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z', '2026-06-01T11:59:59.999Z', 'yesterday'),
  fc.jsonValue(),
);

/** A body with some fields, however deep, missing or of another kind. */
function twisted(body: unknown, next: () => unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => {
      const kept = ['contactId', 'contact_id', 'type', 'id', 'contactDetails', 'user-variables'].includes(key);
      const change = kept ? 'keep' : next();
      if (change === 'drop') return [];
      return [[key, change === 'keep' ? twisted(value, next) : change]];
    }),
  );
}

const webhook = fc
  .tuple(
    fc.constantFrom(...BODIES),
    fc.infiniteStream(fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>('keep') }, fc.constant('drop'), odd)),
    fc.dictionary(fc.constantFrom('newField', '__proto__x', 'timestamp', 'webhookId'), odd),
  )
  .map(([body, changes, more]) => ({ ...more, ...(twisted(body, () => changes.next().value) as object) }));

describe('webhooks with fields missing, null, of the wrong kind, of the future, or at odd times', () => {
  it('give lead events as agreed, and features that are finite or missing and the same both ways', () => {
    fc.assert(
      fc.property(fc.array(webhook, { maxLength: 12 }), (bodies) => {
        const events = bodies.flatMap((body, index) => {
          const read = normalise({
            eventId: `e${index}`,
            tenantId: 'maple',
            body: Buffer.from(JSON.stringify(body)),
            receivedAtMs: NOW_MS,
          });
          return read.kind === 'lead' ? read.events : [];
        });
        expect(events.filter((event) => !leadEvent.safeParse(event).success)).toEqual([]);
        const state = foldAll(events);
        const features = featuresAt(state, NOW_MS);
        expect(features).toEqual(featuresOf(events, decisionTime(state, NOW_MS)));
        FEATURES.forEach(({ name }, index) =>
          expect([name, Math.abs(features[index] ?? 0)]).not.toEqual([name, Infinity]),
        );
      }),
      { numRuns: 400 },
    );
  });
});
