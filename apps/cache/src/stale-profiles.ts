import type { Invalidation } from '@hub/cache-tiers';
import type { ScoredLead } from '@hub/contracts';
import type { Inbound } from '@hub/messaging';
import { profileKey } from './lead-profiles.ts';

/** The profiles that a batch of decisions makes stale, each once, with the newest version of the batch. */
export function staleProfiles(batch: readonly Inbound<readonly ScoredLead[]>[]): Invalidation[] {
  const newest = new Map<string, number>();
  for (const { subject, payload } of batch) {
    const tenantId = subject.slice(subject.lastIndexOf('.') + 1);
    for (const { leadId, version } of payload) {
      const key = profileKey(tenantId, leadId);
      newest.set(key, Math.max(version, newest.get(key) ?? version));
    }
  }
  return [...newest].map(([key, version]) => ({ key, version }));
}
