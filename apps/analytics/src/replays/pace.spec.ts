import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pauseAfter } from './pace.ts';

it('keeps a job within its rate, however long its pages take, and waits no longer than that needs', () => {
  const page = fc.record({ sent: fc.nat(200), tookMs: fc.double({ min: 0, max: 3_000, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(page, { maxLength: 50 }), fc.integer({ min: 1, max: 2_000 }), (pages, ratePerS) => {
      for (const { sent, tookMs } of pages) {
        const wholeMs = tookMs + pauseAfter(sent, ratePerS, tookMs);
        expect(wholeMs).toBeGreaterThanOrEqual((sent / ratePerS) * 1_000 - 1e-6);
        expect(wholeMs).toBeLessThanOrEqual(Math.max(tookMs, (sent / ratePerS) * 1_000) + 1e-6);
      }
    }),
  );
});
