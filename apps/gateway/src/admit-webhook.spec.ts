import type { ReceivedWebhook } from '@hub/contracts';
import { Overloaded } from '@hub/messaging';
import type { Source, SourceRequest, Verdict } from '@hub/sources';
import { traceIdOf } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import { type AdmitParts, admitWebhook } from './admit-webhook.ts';

const body = Buffer.from('{"locationId":"loc1"}');
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function sourceWith(verdict: Verdict = { ok: true, keyId: 'demo' }): Source {
  return {
    id: 'ghl',
    kind: 'ghl',
    verify: () => verdict,
    read: (request) => [{ eventId: 'w-1', tenantId: 'loc1', type: null, body: request.body }],
  };
}

function requestWith(headers: SourceRequest['headers'] = {}): SourceRequest {
  return { headers, body, pathToken: null, nowMs: 5 };
}

function partsWith(storing: Promise<void> = Promise.resolve()) {
  const stored: ReceivedWebhook[] = [];
  const parts: AdmitParts = {
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
    const { parts, stored } = partsWith();
    const request = requestWith({ 'user-agent': 'GHL', cookie: 'x', traceparent: TRACEPARENT });
    expect(await admitWebhook(parts, sourceWith(), request)).toEqual({ kind: 'accepted', eventIds: ['w-1'] });
    expect(stored).toEqual([
      {
        eventId: 'w-1',
        tenantId: 'loc1',
        source: 'ghl',
        sourceId: 'ghl',
        receivedAtMs: 5,
        headers: { 'user-agent': 'GHL' },
        traceparent: expect.any(String),
        body,
      },
    ]);
    expect(traceIdOf(stored[0]?.traceparent ?? '')).toBe(traceIdOf(TRACEPARENT));
  });

  it.each(['missing', 'malformed', 'mismatch', 'expired', 'legacyOnly', 'otherApp'] as const)(
    'refuses a signature: %s',
    async (reason) => {
      const { parts, stored } = partsWith();
      const source = sourceWith({ ok: false, reason });
      expect(await admitWebhook(parts, source, requestWith())).toEqual({ kind: 'refused', reason });
      expect(stored).toEqual([]);
    },
  );

  it.each([
    ['there is no room', new Overloaded('full'), 'overloaded'],
    ['nobody knows whether it was stored', new Error('timeout'), 'notStored'],
  ])('asks for another try when %s', async (_, error, reason) => {
    const { parts } = partsWith(Promise.reject(error));
    expect(await admitWebhook(parts, sourceWith(), requestWith())).toEqual({ kind: 'notNow', reason });
  });
});
