import { type ReceivedWebhook } from '@hub/contracts';
import type { Source, SourceRequest } from '@hub/sources';
import { createLogger, createRegistry } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import { GatewayMetrics } from './gateway-metrics.ts';
import { KnownTenants } from './known-tenants.ts';
import { Precaution } from './quarantine-precaution.ts';
import { Quarantine } from './quarantine.ts';
import { SUSPICION } from './signature-health.ts';

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

const source: Source = {
  id: 'ghl',
  kind: 'ghl',
  signedHeaders: ['x-ghl-signature'],
  verify: () => ({ ok: false, reason: 'mismatch' }),
  read: ({ body }) => [{ eventId: 'e', tenantId: /tenant (\w+)/.exec(String(body))?.[1] ?? null, type: null, body }],
};

function requestAt(nowMs: number, text = `body ${nowMs}`): SourceRequest {
  const headers = { 'x-ghl-signature': 'c2ln', cookie: 'a=b' };
  return { headers, body: Buffer.from(text), pathToken: null, nowMs };
}

function newQuarantine(publish: (pack: readonly ReceivedWebhook[]) => Promise<void> = () => Promise.resolve()) {
  const registry = createRegistry('spec');
  const known = new KnownTenants();
  known.hear('maple');
  const kept: { readonly tokens: readonly string[]; readonly webhook: ReceivedWebhook }[] = [];
  const quarantine = new Quarantine({
    publisher: {
      publish: async (_contract, tokens, payload) => {
        const pack = payload as unknown as readonly ReceivedWebhook[];
        await publish(pack);
        kept.push(...pack.map((webhook) => ({ tokens, webhook })));
        return { sequence: 1 };
      },
    },
    maxMessageBytes: 1_000_000,
    precaution: new Precaution(known),
    metrics: new GatewayMetrics(registry),
    logger: createLogger('spec', 'silent'),
  });
  const isSuspect = async (): Promise<boolean> =>
    (await registry.metrics()).includes('gateway_source_suspect{source="ghl",service="spec"} 1');
  return { quarantine, kept, isSuspect };
}

/** Lets a source send until `NOW`, and then with a key that nobody knows until it is suspect. */
async function rotate(quarantine: Quarantine): Promise<void> {
  for (let second = 60; second >= 0; second -= 1) quarantine.matched('ghl', NOW - second * 1_000);
  for (let i = 1; i < SUSPICION.minMismatches; i += 1) {
    expect(await quarantine.refuse(source, requestAt(NOW + i), 'mismatch')).toEqual({ outcome: 'mismatch' });
  }
}

describe('Quarantine', () => {
  it('keeps what comes once signatures have stopped matching, with what they can be checked by', async () => {
    const { quarantine, kept, isSuspect } = newQuarantine();
    await rotate(quarantine);
    expect([kept, await isSuspect()]).toEqual([[], false]);
    expect(await quarantine.refuse(source, requestAt(NOW + MINUTE), 'mismatch')).toEqual({ outcome: 'quarantined' });
    expect(kept).toMatchObject([
      {
        tokens: ['ghl'],
        webhook: {
          sourceId: 'ghl',
          receivedAtMs: NOW + MINUTE,
          headers: { 'x-ghl-signature': 'c2ln' },
          body: Buffer.from(`body ${NOW + MINUTE}`),
        },
      },
    ]);
    expect(await isSuspect()).toBe(true);
  });

  it('keeps a retry of what it has only once', async () => {
    const { quarantine, kept } = newQuarantine();
    await rotate(quarantine);
    for (const minute of [1, 2]) {
      const again = requestAt(NOW + minute * MINUTE, 'the same');
      expect(await quarantine.refuse(source, again, 'mismatch')).toEqual({ outcome: 'quarantined' });
    }
    expect(kept).toHaveLength(1);
  });

  it('refuses again as before once signatures match again', async () => {
    const { quarantine, isSuspect } = newQuarantine();
    await rotate(quarantine);
    await quarantine.refuse(source, requestAt(NOW + MINUTE), 'mismatch');
    quarantine.matched('ghl', NOW + MINUTE + 1);
    expect(await isSuspect()).toBe(false);
    expect(await quarantine.refuse(source, requestAt(NOW + MINUTE + 2), 'mismatch')).toEqual({ outcome: 'mismatch' });
  });

  it.each(['missing', 'malformed', 'expired', 'legacyOnly', 'otherApp', 'notKnownYet'] as const)(
    'does not keep what is refused for another reason: %s',
    async (reason) => {
      const { quarantine, kept } = newQuarantine();
      await rotate(quarantine);
      await quarantine.refuse(source, requestAt(NOW + MINUTE), 'mismatch');
      expect(await quarantine.refuse(source, requestAt(NOW + MINUTE + 1), reason)).toEqual({ outcome: reason });
      expect(kept).toHaveLength(1);
    },
  );

  it('does not keep secrets that are sent along, but asks to come again when none has matched for long', async () => {
    const { quarantine, kept, isSuspect } = newQuarantine();
    const workflow: Source = { ...source, kind: 'ghl-workflow', signedHeaders: [] };
    for (let i = 1; i < SUSPICION.minMismatches; i += 1)
      expect(await quarantine.refuse(workflow, requestAt(NOW + i, 'tenant maple'), 'mismatch')).toEqual({
        outcome: 'mismatch',
      });
    const last = requestAt(NOW + MINUTE + 1, 'tenant maple');
    expect(await quarantine.refuse(workflow, last, 'mismatch')).toEqual({ outcome: 'suspect', tenantId: 'maple' });
    expect([kept, await isSuspect()]).toEqual([[], true]);
  });

  it('refuses for good what has no key of ours: one that we did not make will never be known', async () => {
    const { quarantine, kept } = newQuarantine();
    const ours: Source = { ...source, kind: 'events', signedHeaders: [] };
    for (let minute = 0; minute < 20; minute += 1)
      expect(await quarantine.refuse(ours, requestAt(NOW + minute * MINUTE), 'mismatch')).toEqual({
        outcome: 'mismatch',
      });
    expect(kept).toEqual([]);
  });

  it('is not filled by a stranger: beyond its bounds it only asks to come again', async () => {
    const { quarantine, kept } = newQuarantine();
    await rotate(quarantine);
    const body = Buffer.alloc(1_048_576);
    const outcomes = new Map<string, number>();
    for (let i = 0; i < 100; i += 1) {
      body.writeUInt32BE(i);
      const request = { ...requestAt(NOW + 2 * MINUTE), body: Buffer.from(body) };
      const { outcome } = await quarantine.refuse(source, request, 'mismatch');
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect(Object.fromEntries(outcomes)).toEqual({ quarantined: 15, suspect: 85 });
    expect(kept).toHaveLength(15);
  });

  it('asks to come again when it is full or the broker is away', async () => {
    const { quarantine } = newQuarantine(() => Promise.reject(new Error('no room')));
    await rotate(quarantine);
    expect(await quarantine.refuse(source, requestAt(NOW + MINUTE), 'mismatch')).toEqual({ outcome: 'suspect' });
  });

  it('keeps from the first one what a tenant speaks for whose signed webhooks we have had, and answers as ever', async () => {
    const { quarantine, kept, isSuspect } = newQuarantine();
    quarantine.matched('ghl', NOW);
    for (const text of ['tenant maple 1', 'tenant maple 1', 'tenant stranger', 'nobody', 'tenant maple 2'])
      expect(await quarantine.refuse(source, requestAt(NOW, text), 'mismatch')).toEqual({ outcome: 'mismatch' });
    await quarantine.close();
    expect(kept.map(({ webhook }) => String(webhook.body))).toEqual(['tenant maple 1', 'tenant maple 2']);
    expect(await isSuspect()).toBe(false);
  });

  it('keeps from the first one what comes to the address of a configured source', async () => {
    const { quarantine, kept } = newQuarantine();
    const hmac: Source = { ...source, id: 'src1', kind: 'hmac' };
    expect(await quarantine.refuse(hmac, requestAt(NOW, 'tenant oak'), 'mismatch')).toEqual({ outcome: 'mismatch' });
    await quarantine.close();
    expect(kept).toMatchObject([{ tokens: ['src1'], webhook: { body: Buffer.from('tenant oak') } }]);
  });
});
