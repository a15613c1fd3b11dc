import type { ReceivedWebhook } from '@hub/contracts';
import type { Source, SourceRequest } from '@hub/sources';
import { createLogger, createRegistry } from '@hub/telemetry';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GatewayMetrics } from './gateway-metrics.ts';
import { KnownTenants } from './known-tenants.ts';
import { Precaution, PRECAUTION } from './quarantine-precaution.ts';
import { Quarantine } from './quarantine.ts';

const START = 1_000 * 3_600_000;
const TENANTS = ['maple', 'oak', 'elm'] as const;

const source: Source = {
  id: 'ghl',
  kind: 'ghl',
  signedHeaders: ['x-ghl-signature'],
  verify: () => ({ ok: false, reason: 'mismatch' }),
  read: ({ body }) => [{ eventId: 'e', tenantId: String(body).split(' ', 1)[0] ?? null, type: null, body }],
};

/** A sender that takes 401 for the last word, and changes its key in between; strangers send garbage all the while. */
const story = fc.record({
  usualGapMs: fc.integer({ min: 10, max: 3_600_000 }),
  before: fc.integer({ min: 1, max: 40 }),
  after: fc.array(
    fc.record({
      tenant: fc.constantFrom(...TENANTS),
      afterGaps: fc.double({ min: 0, max: 5, noNaN: true }),
      /** In whose names strangers send meanwhile; `fir` has not installed the app. */
      strangers: fc.array(fc.constantFrom('fir', '', '{'), { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 60 },
  ),
});

it('costs no webhook of a tenant that is known when the key changes: each is kept, from the first one', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ usualGapMs, before, after }) => {
      const kept = new Set<string>();
      const known = new KnownTenants();
      for (const tenant of TENANTS) known.hear(tenant);
      const quarantine = new Quarantine({
        publisher: {
          publish: (_contract, _tokens, pack) => {
            for (const { body } of pack as unknown as readonly ReceivedWebhook[]) kept.add(String(body));
            return Promise.resolve({ sequence: 1 });
          },
        },
        maxMessageBytes: 1_000_000,
        precaution: new Precaution(known),
        metrics: new GatewayMetrics(createRegistry('spec')),
        logger: createLogger('spec', 'silent'),
      });
      const refuse = async (text: string, nowMs: number) => {
        const request: SourceRequest = { headers: {}, body: Buffer.from(text), pathToken: null, nowMs };
        return (await quarantine.refuse(source, request, 'mismatch')).outcome;
      };

      let nowMs = START;
      for (let i = 0; i < before; i += 1) quarantine.matched('ghl', (nowMs += usualGapMs));
      let suspect = false;
      for (const [i, { tenant, afterGaps, strangers }] of after.entries()) {
        nowMs += afterGaps * usualGapMs;
        const outcome = await refuse(`${tenant} ${i}`, nowMs);
        suspect ||= outcome !== 'mismatch';
        // Once it is suspect it stays so until a key matches.
        expect(outcome).toBe(suspect ? 'quarantined' : 'mismatch');
        for (const [n, name] of strangers.entries()) {
          const answer = await refuse(`${name} garbage ${i} ${n}`, nowMs);
          suspect ||= answer !== 'mismatch';
        }
      }
      await quarantine.close();
      expect(after.map(({ tenant }, i) => `${tenant} ${i}`).filter((text) => !kept.has(text))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it('gives strangers beside a source in use nothing but 401 and bounded room, whomever they name', async () => {
  const names = fc.array(fc.constantFrom(...TENANTS, 'fir', ''), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.array(names, { maxLength: 10 }), async (rounds) => {
      let bytes = 0;
      const known = new KnownTenants();
      for (const tenant of TENANTS) known.hear(tenant);
      const quarantine = new Quarantine({
        publisher: {
          publish: (_contract, _tokens, pack) => {
            for (const { body } of pack as unknown as readonly ReceivedWebhook[]) {
              bytes += body.length;
              expect(TENANTS).toContain(String(body).split(' ', 1)[0]);
            }
            return Promise.resolve({ sequence: 1 });
          },
        },
        maxMessageBytes: 1_000_000,
        precaution: new Precaution(known, { ...PRECAUTION, bytesOfTenant: 5_000 }),
        metrics: new GatewayMetrics(createRegistry('spec')),
        logger: createLogger('spec', 'silent'),
      });
      let nowMs = START;
      for (const [round, named] of rounds.entries()) {
        for (const [i, name] of named.entries()) {
          const body = Buffer.from(`${name} ${round} ${i} ${'x'.repeat(600)}`);
          const request: SourceRequest = { headers: {}, body, pathToken: null, nowMs };
          expect(await quarantine.refuse(source, request, 'mismatch')).toEqual({ outcome: 'mismatch' });
        }
        quarantine.matched('ghl', (nowMs += 5_000));
      }
      await quarantine.close();
      expect(bytes).toBeLessThanOrEqual(TENANTS.length * 5_000);
    }),
    { numRuns: 50 },
  );
});
