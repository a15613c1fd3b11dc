import { describe, expect, it } from '@jest/globals';
import { type ReceivedWebhook, UNKNOWN_TENANT } from '@hub/contracts';
import { identify } from '@hub/crm-ghl';
import fc from 'fast-check';
import { locationsOf, sortWebhooks, understand } from './sort-webhooks.ts';

function webhook(eventId: string, body: unknown): ReceivedWebhook {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    eventId,
    tenantId: identify(bytes).tenantId,
    source: 'ghl',
    sourceId: 'ghl',
    receivedAtMs: 1_790_000_000_000,
    headers: {},
    traceparent: '',
    body: bytes,
  };
}

const contact = (locationId: string) => ({ type: 'ContactCreate', locationId, id: 'lead-1', name: 'Dana' });
const install = {
  type: 'INSTALL',
  installType: 'Location',
  locationId: 'birch',
  companyId: 'c1',
  companyName: 'Birch',
};

function sort(known: readonly string[], ...bodies: readonly unknown[]) {
  return sortWebhooks(understand(bodies.map((body, at) => webhook(`e${at}`, body))), new Set(known));
}

describe('sorting webhooks', () => {
  it.each([
    ['a contact of a known location', contact('maple'), { tenantId: 'maple', type: 'ContactCreate' }],
    [
      'a known event without a lead',
      { type: 'UserCreate', locationId: 'maple', id: 'u' },
      { tenantId: 'maple', lead: null },
    ],
    [
      'a type nobody has seen',
      { type: 'MoonPhase', locationId: 'maple' },
      { tenantId: 'maple', type: 'MoonPhase', lead: null },
    ],
    [
      'an event of no location at all',
      { type: 'PLAN_CHANGE', companyId: 'c1' },
      { tenantId: UNKNOWN_TENANT, lead: null },
    ],
  ])('applies %s', (_, body, expected) => {
    const { apply, keep } = sort(['maple'], body);
    expect(apply).toMatchObject([expected]);
    expect(keep).toEqual([]);
  });

  it.each([
    [
      'an unknown location, until it is known',
      contact('birch'),
      { tenantId: 'birch', state: 'parked', reason: 'unknownLocation' },
    ],
    ['text that is not JSON', '{"type":', { tenantId: UNKNOWN_TENANT, state: 'dead', reason: 'notJson' }],
    ['JSON that is not an object', '[1]', { tenantId: UNKNOWN_TENANT, state: 'dead', reason: 'notAnObject' }],
    [
      'a location that could reach other subjects',
      contact('a.>'),
      { tenantId: UNKNOWN_TENANT, state: 'dead', reason: 'noLocation' },
    ],
  ])('keeps %s', (_, body, expected) => {
    const { apply, keep } = sort(['maple'], body);
    expect(apply).toEqual([]);
    expect(keep).toMatchObject([expected]);
  });

  it('takes an installation as making its location known, wherever in the batch it stands', () => {
    const { apply, keep, installs } = sort([], contact('birch'), install);
    expect(installs).toEqual([{ tenantId: 'birch', name: 'Birch' }]);
    expect(apply).toHaveLength(2);
    expect(keep).toEqual([]);
  });

  it('loses none and doubles none, whatever the bytes', () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({
        type: fc.constantFrom('ContactCreate', 'InboundMessage', 'INSTALL', 'x'),
        locationId: fc.string(),
        id: fc.string(),
        contactId: fc.string(),
      }),
    );
    fc.assert(
      fc.property(fc.array(body, { maxLength: 10 }), (bodies) => {
        const { apply, keep } = sort(['maple'], ...bodies);
        const ids = [...apply, ...keep].map((one) => one.webhook.eventId);
        expect(ids.toSorted()).toEqual(bodies.map((__, at) => `e${at}`).toSorted());
      }),
    );
  });

  it('asks the database only about locations that could be tenants', () => {
    const bodies = [contact('maple'), contact('maple'), contact("x' OR 1=1"), { type: 'PLAN_CHANGE' }];
    expect(locationsOf(understand(bodies.map((body) => webhook('e', body))))).toEqual(['maple']);
  });
});
