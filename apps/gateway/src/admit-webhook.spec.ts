import type { ReceivedWebhook } from '@hub/contracts';
import { Overloaded, type Sent } from '@hub/messaging';
import type { IncomingEvent, Source, SourceRequest, Verdict } from '@hub/sources';
import { traceIdOf } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import { type AdmitParts, admitWebhook } from './admit-webhook.ts';
import { type DuplicateCopy, Duplicates } from './duplicates.ts';
import type { Lane } from './lanes/lane-chooser.ts';

const body = Buffer.from('{"locationId":"loc1"}');
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function eventOf(eventId: string): IncomingEvent {
  return { eventId, tenantId: 'loc1', type: null, body };
}

function sourceWith(verdict: Verdict = { ok: true, keyId: 'demo' }, eventIds: readonly string[] = ['w-1']): Source {
  return {
    id: 'ghl',
    kind: 'ghl',
    signedHeaders: ['x-ghl-signature'],
    verify: () => verdict,
    read: () => eventIds.map(eventOf),
  };
}

function requestWith(headers: SourceRequest['headers'] = {}): SourceRequest {
  return { headers, body, pathToken: null, nowMs: 5 };
}

function partsWith(store: (webhook: ReceivedWebhook) => Promise<Sent> = () => Promise.resolve('written')) {
  const stored: { readonly webhook: ReceivedWebhook; readonly lane: Lane }[] = [];
  const copies: DuplicateCopy[] = [];
  const duplicates = new Duplicates(null);
  duplicates.trust('a stream');
  const matched: string[] = [];
  const checks: number[] = [];
  const used: [sourceId: string, keyId: string, nowMs: number][] = [];
  const parts: AdmitParts = {
    quarantine: {
      matched: (sourceId) => void matched.push(sourceId),
      refuse: (_source, _request, reason) =>
        Promise.resolve({ outcome: reason === 'expired' ? 'quarantined' : reason }),
    },
    duplicates,
    laneOf: () => 'live',
    inbox: {
      send: (webhook, lane) => {
        stored.push({ webhook, lane });
        return store(webhook);
      },
    },
    onDuplicate: (copy) => void copies.push(copy),
    onChecked: (seconds) => void checks.push(seconds),
    onKeyUsed: (sourceId, keyId, nowMs) => void used.push([sourceId, keyId, nowMs]),
  };
  return { parts, stored, copies, matched, used, checks };
}

describe('admitWebhook', () => {
  it('stores the bytes with what is known of them', async () => {
    const { parts, stored, matched, used } = partsWith();
    const request = requestWith({ 'user-agent': 'GHL', cookie: 'x', traceparent: TRACEPARENT });
    expect(await admitWebhook(parts, sourceWith(), request)).toEqual({
      outcome: 'accepted',
      eventIds: ['w-1'],
      tenantId: 'loc1',
    });
    expect(stored).toEqual([
      {
        lane: 'live',
        webhook: {
          eventId: 'w-1',
          tenantId: 'loc1',
          source: 'ghl',
          sourceId: 'ghl',
          receivedAtMs: 5,
          headers: { 'user-agent': 'GHL' },
          traceparent: expect.any(String),
          body,
        },
      },
    ]);
    expect([matched, used]).toEqual([['ghl'], [['ghl', 'demo', 5]]]);
    expect(traceIdOf(stored[0]?.webhook.traceparent ?? '')).toBe(traceIdOf(TRACEPARENT));
  });

  it.each(['missing', 'malformed', 'mismatch', 'legacyOnly', 'otherApp', 'notKnownYet'] as const)(
    'refuses a signature: %s',
    async (reason) => {
      const { parts, stored, checks } = partsWith();
      const source = sourceWith({ ok: false, reason });
      expect(await admitWebhook(parts, source, requestWith())).toEqual({ outcome: reason });
      expect(stored).toEqual([]);
      expect(checks).toEqual([expect.any(Number)]);
    },
  );

  it('leaves what becomes of a refused one to the quarantine', async () => {
    const { parts, stored, matched, used } = partsWith();
    const admission = await admitWebhook(parts, sourceWith({ ok: false, reason: 'expired' }), requestWith());
    expect([admission, stored, matched, used]).toEqual([{ outcome: 'quarantined' }, [], [], []]);
  });

  it.each([
    ['there is no room', new Overloaded('full'), 'overloaded'],
    ['nobody knows whether it was stored', new Error('timeout'), 'notStored'],
  ])('asks for another try when %s', async (_, error, outcome) => {
    const { parts } = partsWith(() => Promise.reject(error));
    expect(await admitWebhook(parts, sourceWith(), requestWith())).toEqual({ outcome, tenantId: 'loc1' });
  });

  it('stores what a tenant sends beyond its share in the slow lane', async () => {
    const { parts, stored } = partsWith();
    const laneOf = (): Lane => 'slow';
    const admission = await admitWebhook({ ...parts, laneOf }, sourceWith(), requestWith());
    expect(admission).toEqual({ outcome: 'slowed', eventIds: ['w-1'], tenantId: 'loc1' });
    expect(stored.map(({ lane }) => lane)).toEqual(['slow']);
  });

  it('stores a storm of copies once, says yes to all of them and reports each', async () => {
    const { parts, stored, copies } = partsWith();
    const storm = Array.from({ length: 50 }, () => admitWebhook(parts, sourceWith(), requestWith()));
    const outcomes = (await Promise.all(storm)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['accepted', ...Array.from({ length: 49 }, () => 'duplicate')]);
    expect(stored).toHaveLength(1);
    expect(copies).toHaveLength(49);
    expect(copies[0]).toEqual({ tenantId: 'loc1', eventId: 'w-1', firstSeenAtMs: 5, seenAtMs: 5 });
  });
});

describe('a request with several events', () => {
  const several = sourceWith({ ok: true, keyId: 'demo' }, ['w-1', 'w-2', 'w-1']);

  it('is accepted when all are on disk, and a duplicate when all were', async () => {
    const { parts, stored } = partsWith();
    const eventIds = ['w-1', 'w-2', 'w-1'];
    expect(await admitWebhook(parts, several, requestWith())).toEqual({
      outcome: 'accepted',
      eventIds,
      tenantId: 'loc1',
    });
    expect(stored.map(({ webhook }) => webhook.eventId)).toEqual(['w-1', 'w-2']);
    expect(await admitWebhook(parts, several, requestWith())).toEqual({
      outcome: 'duplicate',
      eventIds,
      firstSeenAtMs: 5,
      tenantId: 'loc1',
    });
  });

  it('must come again when one of them was not stored; the others are duplicates then', async () => {
    let full = true;
    const { parts, stored } = partsWith(({ eventId }) =>
      full && eventId === 'w-2' ? Promise.reject(new Error('no room')) : Promise.resolve('written'),
    );
    expect(await admitWebhook(parts, several, requestWith())).toEqual({ outcome: 'notStored', tenantId: 'loc1' });
    full = false;
    expect(await admitWebhook(parts, several, requestWith())).toMatchObject({ outcome: 'accepted' });
    expect(stored.map(({ webhook }) => webhook.eventId)).toEqual(['w-1', 'w-2', 'w-2']);
  });
});
