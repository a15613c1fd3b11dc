import type { ReceivedWebhook } from '@hub/contracts';
import type { Verdict } from '@hub/crm-ghl';
import { Overloaded } from '@hub/messaging';
import { traceIdOf } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import { type AdmitParts, admitWebhook } from './admit-webhook.ts';

const body = Buffer.from(
  JSON.stringify({ type: 'ContactCreate', locationId: 'loc1', webhookId: 'w-1', appId: 'app1' }),
);
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function partsWith({
  verdict = { ok: true, key: 'demo' },
  appId = null,
  storing = Promise.resolve(),
}: {
  verdict?: Verdict;
  appId?: string | null;
  storing?: Promise<void>;
}) {
  const stored: ReceivedWebhook[] = [];
  const parts: AdmitParts = {
    signatures: { verify: () => Promise.resolve(verdict) },
    appId,
    inbox: {
      send: (webhook) => {
        stored.push(webhook);
        return storing;
      },
    },
  };
  return { parts, stored };
}

describe('admitWebhook', () => {
  it('stores the bytes with what is known of them', async () => {
    const { parts, stored } = partsWith({});
    const headers = { 'user-agent': 'GHL', cookie: 'x', traceparent: TRACEPARENT };
    expect(await admitWebhook(parts, { headers, body, nowMs: 5 })).toEqual({ kind: 'accepted', eventId: 'w-1' });
    expect(stored).toEqual([
      {
        eventId: 'w-1',
        tenantId: 'loc1',
        source: 'ghl',
        receivedAtMs: 5,
        headers: { 'user-agent': 'GHL' },
        traceparent: expect.any(String),
        body,
      },
    ]);
    expect(traceIdOf(stored[0]?.traceparent ?? '')).toBe(traceIdOf(TRACEPARENT));
  });

  it('stores what nobody can read', async () => {
    const { parts, stored } = partsWith({ appId: 'app1' });
    const unreadable = Buffer.from('not JSON');
    const admission = await admitWebhook(parts, { headers: {}, body: unreadable, nowMs: 5 });
    expect(admission.kind).toBe('accepted');
    expect(stored).toMatchObject([{ tenantId: null, body: unreadable }]);
  });

  it.each([
    ['its own app', 'app1', 'accepted'],
    ['any app when none is configured', null, 'accepted'],
    ['another app', 'app2', 'refused'],
  ])('with %s', async (_, appId, kind) => {
    const { parts, stored } = partsWith({ appId });
    expect(await admitWebhook(parts, { headers: {}, body, nowMs: 5 })).toMatchObject({ kind });
    expect(stored).toHaveLength(kind === 'accepted' ? 1 : 0);
  });

  it.each(['missing', 'malformed', 'mismatch', 'legacyOnly'] as const)('refuses a signature: %s', async (reason) => {
    const { parts, stored } = partsWith({ verdict: { ok: false, reason } });
    expect(await admitWebhook(parts, { headers: {}, body, nowMs: 5 })).toEqual({ kind: 'refused', reason });
    expect(stored).toEqual([]);
  });

  it.each([
    ['there is no room', new Overloaded('full'), 'overloaded'],
    ['nobody knows whether it was stored', new Error('timeout'), 'notStored'],
  ])('asks for another try when %s', async (_, error, reason) => {
    const { parts } = partsWith({ storing: Promise.reject(error) });
    expect(await admitWebhook(parts, { headers: {}, body, nowMs: 5 })).toEqual({ kind: 'notNow', reason });
  });
});
