import { describe, expect, it } from '@jest/globals';
import type { ScoredLead } from '@hub/contracts';
import type { Inbound } from '@hub/messaging';
import { staleProfiles } from './stale-profiles.ts';

function decided(tenantId: string, ...leads: readonly (readonly [string, number])[]): Inbound<readonly ScoredLead[]> {
  // Only what names a profile matters here.
  const payload = leads.map(([leadId, version]) => ({ leadId, version }) as ScoredLead);
  return {
    payload,
    subject: `lead.scored.${tenantId}`,
    sequence: 1,
    storedAtMs: 0,
    deliveries: 1,
    traceparent: null,
  };
}

describe('staleProfiles', () => {
  it('names each profile once, with its newest version, whatever the order', () => {
    const batch = [decided('loc_A', ['1', 3], ['2', 1]), decided('loc_A', ['1', 2]), decided('loc_A', ['2', 2])];
    expect(staleProfiles(batch)).toEqual([
      { key: 'loc_A:1', version: 3 },
      { key: 'loc_A:2', version: 2 },
    ]);
  });

  it('keeps the leads of two tenants apart', () => {
    expect(staleProfiles([decided('loc_A', ['1', 1]), decided('loc_B', ['1', 2])])).toEqual([
      { key: 'loc_A:1', version: 1 },
      { key: 'loc_B:1', version: 2 },
    ]);
  });

  it('has nothing to name in an empty decision', () => {
    expect(staleProfiles([decided('loc_A')])).toEqual([]);
  });
});
