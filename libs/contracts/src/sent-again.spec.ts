import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inPacks } from './sent-again.ts';
import type { ReceivedWebhook } from './webhook-received.ts';

const limits = { maxBytes: 10_000, maxCount: 4 };

function webhook(bytes: number, at: number): ReceivedWebhook {
  return {
    eventId: `e${at}`,
    tenantId: 'maple',
    source: 'ghl',
    sourceId: 'ghl',
    receivedAtMs: 0,
    headers: {},
    traceparent: '',
    body: Buffer.alloc(bytes),
  };
}

describe('packs of what is sent again', () => {
  it('hold all, in order, within their limits; what is too large goes alone', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 12_000 }), { maxLength: 30 }), (sizes) => {
        const webhooks = sizes.map(webhook);
        const packs = inPacks(webhooks, limits);
        expect(packs.flat()).toEqual(webhooks);
        for (const pack of packs) {
          const bytes = pack.reduce((sum, { body }) => sum + body.length, 0);
          expect(pack.length).toBeGreaterThan(0);
          expect(pack.length).toBeLessThanOrEqual(limits.maxCount);
          expect(pack.length === 1 || bytes <= limits.maxBytes).toBe(true);
        }
      }),
    );
  });
});
