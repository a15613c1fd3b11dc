import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchesOf, type Pack } from './packs.ts';

const packs = fc.array(fc.nat({ max: 30 }), { maxLength: 40 }).map((sizes) =>
  sizes.map((size, sequence): Pack => ({
    sequence,
    storedAtMs: 0,
    deliveries: 1,
    webhooks: Array.from({ length: size }, () => webhook),
  })),
);
const webhook = {
  eventId: 'e',
  tenantId: null,
  source: 'ghl' as const,
  sourceId: 'ghl',
  receivedAtMs: 0,
  headers: {},
  traceparent: '',
  body: Buffer.of(),
};
const sizeOf = (batch: readonly Pack[]) => batch.reduce((sum, pack) => sum + pack.webhooks.length, 0);

describe('batches of packs', () => {
  it('hold every pack whole and in order, and too many webhooks only where one pack has them alone', () => {
    fc.assert(
      fc.property(packs, fc.integer({ min: 1, max: 40 }), (all, max) => {
        const batches = batchesOf(all, max);
        expect(batches.flat()).toEqual(all);
        for (const batch of batches) expect(batch.length === 1 || sizeOf(batch) <= max).toBe(true);
      }),
    );
  });

  it('are as few as keeping the order allows', () => {
    fc.assert(
      fc.property(packs, fc.integer({ min: 1, max: 40 }), (all, max) => {
        const batches = batchesOf(all, max);
        for (const [at, batch] of batches.slice(1).entries()) {
          expect(sizeOf(batches[at] ?? []) + (batch[0]?.webhooks.length ?? 0)).toBeGreaterThan(max);
        }
      }),
    );
  });
});
