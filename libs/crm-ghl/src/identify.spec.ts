import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appointment, bytesOf, contact, install, invoice, order, TENANT } from './examples.ts';
import { identify } from './identify.ts';

const WEBHOOK_ID = '00000000-0000-4000-8000-000000000001';

describe('identify', () => {
  it('reads id, location, app and type from the envelope', () => {
    expect(identify(bytesOf(contact('ContactCreate')))).toEqual({
      eventId: WEBHOOK_ID,
      tenantId: TENANT,
      appId: 'exampleApp',
      type: 'ContactCreate',
      readable: true,
    });
  });

  it.each<[string, unknown, string | null]>([
    ['an invoice, which names its location as altId', invoice('sent'), TENANT],
    ['an altId that is no location', { ...invoice('sent'), altType: 'company' }, null],
    ['a location event, whose own id it is', { type: 'LocationUpdate', id: TENANT, companyId: 'agency1' }, TENANT],
    ['an agency event', install({ locationId: null }), null],
    ['an order', { ...order('OrderCreate'), locationId: undefined }, TENANT],
    ['an order with the location in its contact only', { contactSnapshot: { locationId: TENANT } }, TENANT],
    ['an appointment with the location inside', appointmentInside(), TENANT],
    ['a location that could reach another subject', contact('ContactCreate', { locationId: 'a.>' }), null],
    ['a location of another kind', contact('ContactCreate', { locationId: { $ne: null } }), null],
    ['a list', [contact('ContactCreate')], null],
  ])('finds the tenant of %s', (_, payload, tenantId) => {
    expect(identify(bytesOf(payload)).tenantId).toBe(tenantId);
  });

  it.each([undefined, null, '', 7, 'a b', 'a\0b', 'é', 'x'.repeat(201)])(
    'does without the webhookId %j and gives equal bytes one id',
    (webhookId) => {
      const body = bytesOf(contact('ContactCreate', { webhookId }));
      const { eventId } = identify(body);
      expect(eventId).toMatch(/^[0-9a-f]{64}$/);
      expect(identify(Buffer.from(body)).eventId).toBe(eventId);
      expect(identify(Buffer.concat([body, Buffer.from(' ')])).eventId).not.toBe(eventId);
    },
  );

  it('gives any bytes an id, and says whether they are a JSON object', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (body) => {
          const identity = identify(body);
          expect(identity.eventId).toMatch(/^[\x21-\x7e]{1,200}$/);
          expect(identity.readable).toBe(isJsonObject(Buffer.from(body)));
        },
      ),
    );
  });
});

function appointmentInside(): unknown {
  return { ...appointment('AppointmentCreate', { locationId: TENANT }), locationId: undefined };
}

function isJsonObject(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
