import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ReceivedWebhook, webhookReceived } from './webhook-received.ts';

const webhook: fc.Arbitrary<ReceivedWebhook> = fc.record({
  eventId: fc.string({ minLength: 1, maxLength: 40 }),
  tenantId: fc.option(fc.string()),
  source: fc.constant('ghl' as const),
  sourceId: fc.string({ minLength: 1, maxLength: 64 }),
  receivedAtMs: fc.nat(),
  headers: fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    fc.string(),
    { noNullPrototype: true },
  ),
  traceparent: fc.string(),
  body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

describe('a pack of webhooks', () => {
  it('gives back every webhook with its exact bytes, in order', () => {
    fc.assert(
      fc.property(fc.array(webhook, { maxLength: 20 }), (webhooks) => {
        expect(webhookReceived.decode(webhookReceived.encode(webhooks))).toEqual(webhooks);
      }),
    );
  });

  it('is refused when it was cut short or has bytes to spare', () => {
    fc.assert(
      fc.property(fc.array(webhook, { minLength: 1, maxLength: 5 }), fc.nat(), (webhooks, at) => {
        const whole = webhookReceived.encode(webhooks);
        expect(() => webhookReceived.decode(whole.subarray(0, at % whole.length))).toThrow('pack');
        expect(() => webhookReceived.decode(Buffer.concat([whole, Buffer.of(0)]))).toThrow('differ in size');
      }),
    );
  });

  it('is refused when it is anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => webhookReceived.decode(bytes)).toThrow('not a pack');
      }),
    );
  });
});
