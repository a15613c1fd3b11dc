import { describe, expect, it } from '@jest/globals';
import { ledgerLineOf } from './ledger-line.ts';

const AT = Date.parse('2026-09-01T12:34:56.789Z');
const MINUTE = Date.parse('2026-09-01T12:34:00Z');

describe('the ledger line of a webhook', () => {
  it.each([
    ['its tenant and the minute it came in', 'maple', 'maple'],
    ['that of no tenant when it names none', null, '_'],
    ['that of no tenant when no tenant can have the id', 'a,b', '_'],
  ])('is %s', (_, tenantId, expected) => {
    expect(ledgerLineOf({ tenantId, source: 'ghl', receivedAtMs: AT })).toEqual({
      tenantId: expected,
      minuteMs: MINUTE,
    });
  });

  it('does not exist for a probe', () => {
    expect(ledgerLineOf({ tenantId: 'maple', source: 'probe', receivedAtMs: AT })).toBeNull();
  });
});
