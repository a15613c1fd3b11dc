import { type Invalidation, type TieredCache, type ValueCodec } from '@hub/cache-tiers';
import { isSubjectToken, leadProfile, type LeadProfile, type LeadProfileReply } from '@hub/contracts';
import { type Database, readLeadProfile } from '@hub/database';

export const profileCodec: ValueCodec<LeadProfile> = {
  encode: JSON.stringify,
  decode: (text) => leadProfile.parse(JSON.parse(text)),
};

/** No tenant id has a colon in it, so no two leads share a key. */
export function profileKey(tenantId: string, leadId: string): string {
  return `${tenantId}:${leadId}`;
}

/** Lead profiles of all tenants, cached; each read names the tenant and sees nothing of another. */
export class LeadProfiles {
  readonly #cache: TieredCache<LeadProfile>;
  readonly #database: Database;

  constructor(cache: TieredCache<LeadProfile>, database: Database) {
    this.#cache = cache;
    this.#database = database;
  }

  /** @throws DependencyUnavailable or pg.DatabaseError when no tier has it and Postgres cannot say. */
  async find(tenantId: string, leadId: string): Promise<LeadProfileReply> {
    if (!isSubjectToken(tenantId)) return { found: false };
    const { value, servedFrom } = await this.#cache.get(profileKey(tenantId, leadId), async () => {
      const profile = await readLeadProfile(this.#database, tenantId, leadId);
      return { version: profile?.version ?? 0, value: profile };
    });
    return value === null ? { found: false } : { found: true, servedFrom, profile: value };
  }

  invalidate(changes: readonly Invalidation[]): Promise<void> {
    return this.#cache.invalidate(changes);
  }

  /** To be called when invalidations may have been missed. */
  clearMemory(): void {
    this.#cache.clearMemory();
  }
}
