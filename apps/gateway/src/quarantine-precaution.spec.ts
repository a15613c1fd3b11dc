import type { Source, SourceRequest } from '@hub/sources';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Precaution, type PrecautionLimits } from './quarantine-precaution.ts';

const DAY = 86_400_000;

const limits: PrecautionLimits = {
  looks: { webhooksPerMinute: 50, bytesPerMinute: 100_000, bytesInAll: Number.POSITIVE_INFINITY },
  bytesOfTenant: 1_000,
  bytesInAll: 3_000,
};

const ghl: Source = {
  id: 'ghl',
  kind: 'ghl',
  signedHeaders: ['x-ghl-signature'],
  verify: () => ({ ok: false, reason: 'mismatch' }),
  read: ({ body }) => [{ eventId: 'e', tenantId: body.length === 0 ? null : String(body), type: null, body }],
};
const portal: Source = {
  ...ghl,
  id: 'src1',
  kind: 'hmac',
  read: ({ body }) => [{ eventId: 'e', tenantId: 'oak', type: null, body }],
};

const requestOf = (text: string, nowMs = 0): SourceRequest => ({
  headers: {},
  body: Buffer.from(text),
  pathToken: null,
  nowMs,
});
const knows = (...ids: readonly string[]) => ({ has: (id: string) => ids.includes(id) });

describe('what speaks for a webhook that no key matches', () => {
  it.each([
    [ghl, 'maple', 'maple'],
    [ghl, 'stranger', null],
    [ghl, '', null],
    [portal, 'maple', 'oak'],
  ])('of %o with %j is the tenant %j', (source, text, tenantId) => {
    expect(new Precaution(knows('maple'), limits).vouchedTenant(source, requestOf(text))).toBe(tenantId);
  });

  it('is not looked for when strangers send too much', () => {
    const precaution = new Precaution(knows('maple'), limits);
    for (let i = 0; i < limits.looks.webhooksPerMinute; i += 1) precaution.vouchedTenant(ghl, requestOf('stranger'));
    expect(precaution.vouchedTenant(ghl, requestOf('maple'))).toBeNull();
    expect(precaution.vouchedTenant(ghl, requestOf('maple', 60_000))).toBe('maple');
  });
});

describe('the room for it', () => {
  it('of one tenant is not used up in the name of another, nor is there more than in all', () => {
    const precaution = new Precaution(knows(), limits);
    expect([precaution.take('maple', 1_000, 0), precaution.take('maple', 1, 0)]).toEqual([true, false]);
    expect([precaution.take('oak', 1_000, 0), precaution.take('elm', 1_000, 0)]).toEqual([true, true]);
    expect(precaution.take('fir', 1, 0)).toBe(false);
    expect(precaution.take('maple', 1_000, DAY)).toBe(true);
  });

  it('is bounded whatever comes, and there for a tenant whose name nobody misuses', () => {
    const sent = fc.record({
      tenantId: fc.constantFrom('maple', 'oak', 'elm', 'fir'),
      bytes: fc.nat(600),
      passedMs: fc.nat(DAY / 10),
    });
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 200 }), (all) => {
        const precaution = new Precaution(knows(), { ...limits, bytesInAll: 5_000 });
        const kept = new Map<string, number>();
        let nowMs = 0;
        for (const { tenantId, bytes, passedMs } of all) {
          nowMs += passedMs;
          const day = Math.floor(nowMs / DAY);
          const isKept = precaution.take(tenantId, bytes, nowMs);
          const before = kept.get(`${tenantId} ${day}`) ?? 0;
          // Five times the room of one for four of them: only their own room can be short.
          expect(isKept).toBe(before + bytes <= limits.bytesOfTenant);
          if (isKept) kept.set(`${tenantId} ${day}`, before + bytes);
        }
        for (const bytes of kept.values()) expect(bytes).toBeLessThanOrEqual(limits.bytesOfTenant);
      }),
    );
  });
});
