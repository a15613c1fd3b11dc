import { describe, expect, it } from '@jest/globals';
import type { DeliveryLife, DeliveryLine } from './delivery.ts';
import { deliveriesText, lifeText } from './delivery-texts.ts';

const AT = Date.parse('2026-09-01T12:00:00.100Z');

const COPY: DeliveryLine = {
  tenantId: 'maple',
  eventId: 'e1',
  type: 'ContactCreate',
  leadId: 'ann',
  source: 'ghl',
  sourceId: 'ghl',
  outcome: 'dead',
  attempts: 5,
  replayId: null,
  packSequence: '40',
  packPosition: 2,
  receivedAtMs: AT,
  storedAtMs: AT + 3,
  settledAtMs: AT + 2_500,
};

const APPLIED: DeliveryLine = { ...COPY, outcome: 'applied', attempts: 1, replayId: '7', packSequence: '90' };

const LIFE: DeliveryLife = {
  tenantId: 'maple',
  eventId: 'e1',
  atMs: AT,
  headers: {},
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  copies: [COPY, APPLIED],
  decision: { leadId: 'ann', version: 3, scoredAtMs: AT, band: 'hot', conversionLogit: 0, goingColdLogit: -3 },
  letter: null,
};

describe('deliveries', () => {
  it('are listed with who sent them and how long they took', () => {
    expect(deliveriesText([COPY, APPLIED])).toMatch(/dead +maple +ContactCreate +ann +ghl +2\.5 s +sender +e1$/m);
    expect(deliveriesText([COPY, APPLIED])).toMatch(/applied .* replay 7 +e1$/m);
    expect(deliveriesText([])).toBe('no deliveries match\n');
  });

  it('are shown step by step', () => {
    const text = lifeText(LIFE, Buffer.from('{}'), { hex: false });
    expect(text).toMatch(/^2026-09-01 12:00:00\.100Z +\+3 ms +\+2\.5 s +dead +5 +sender +40\.2$/m);
    expect(text).toMatch(/^scored .*: version 3 of contact ann, hot, conversion 50 in 100, going cold 5 in 100$/m);
    expect(text).toMatch(/headers\n {2}none were kept\n/);
    expect(text).toMatch(/2 bytes\n\{\}\n$/);
  });

  it('are shown with the letter they became', () => {
    const letter: DeliveryLife['letter'] = {
      ...COPY,
      id: '17',
      state: 'dead',
      reason: 'retriesUsedUp',
      cause: 'TypeError@fold-leads:fold',
      bytes: 1,
      firstFailedAtMs: AT,
      lastFailedAtMs: AT,
      sentAgainAtMs: null,
      settledAtMs: null,
      attemptLog: [{ atMs: AT, reason: 'retry', cause: 'TypeError@fold-leads:fold' }],
    };
    const text = lifeText({ ...LIFE, copies: [COPY], decision: null, letter }, Buffer.from([1]), { hex: true });
    expect(text).toMatch(/^not scored\nletter 17: dead, retriesUsedUp at TypeError@fold-leads:fold$/m);
  });
});
