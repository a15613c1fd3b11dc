import { normalise } from '@hub/crm-ghl';
import { describe, expect, it } from '@jest/globals';
import { installOf, payloadStream } from './payload-stream.ts';

const NOW_MS = Date.UTC(2026, 3, 1, 12);
const TENANTS = ['loadTenant1', 'loadTenant2'];

describe('payloadStream', () => {
  const stream = payloadStream(1, TENANTS, { contacts: 50 });
  const webhooks = Array.from({ length: 20_000 }, (_, i) => stream.next(NOW_MS + i));
  const read = webhooks.map(({ eventId, tenantId, body }, i) =>
    normalise({ eventId, tenantId, body, receivedAtMs: NOW_MS + i }),
  );

  it('makes lead events of all that leads do, at the time it was told', () => {
    const types = new Set<string>();
    read.forEach((result, i) => {
      if (result.kind !== 'lead') throw new Error(`webhook ${i} became ${result.kind}`);
      for (const event of result.events) {
        types.add(event.type);
        expect(event.atMs).toBe(NOW_MS + i);
      }
    });
    for (const type of ['lead.created', 'message', 'call', 'appointment.kept', 'opportunity.stage', 'email.opened']) {
      expect(types).toContain(type);
    }
    expect(types).not.toContain('lead.deleted');
  });

  it('names the webhook and its tenant in the body as beside it, no webhook twice', () => {
    expect(new Set(webhooks.map(({ eventId }) => eventId)).size).toBe(webhooks.length);
    for (const { eventId, tenantId, body } of webhooks) {
      expect(JSON.parse(body.toString())).toMatchObject({ webhookId: eventId });
      expect(body.includes(`"${tenantId}"`)).toBe(true);
    }
  });

  it('stays within its contacts, each at one tenant', () => {
    const tenantOf = new Map<string, string>();
    for (const result of read) {
      if (result.kind !== 'lead') continue;
      expect(tenantOf.get(result.leadId) ?? result.tenantId).toBe(result.tenantId);
      tenantOf.set(result.leadId, result.tenantId);
    }
    expect(tenantOf.size).toBe(50);
    expect([...new Set(tenantOf.values())].toSorted()).toEqual(TENANTS);
  });

  it('is the same for the same seed', () => {
    const again = payloadStream(1, TENANTS, { contacts: 50 });
    expect(again.next(NOW_MS)).toEqual(webhooks[0]);
    expect(payloadStream(2, TENANTS).next(NOW_MS)).not.toEqual(webhooks[0]);
  });
});

it('makes an install that tells the location', () => {
  const body = Buffer.from(JSON.stringify(installOf('loadTenant1', NOW_MS)));
  expect(normalise({ eventId: 'e', tenantId: 'loadTenant1', body, receivedAtMs: NOW_MS })).toMatchObject({
    kind: 'named',
    install: { locationId: 'loadTenant1' },
  });
});
