import { type LeadProfile, leadProfileOf } from '@hub/contracts';
import { type Database, readLeadProfile } from '@hub/database';
import type { RequestClient } from '@hub/messaging';
import { Counter, type Logger, type Registry } from '@hub/telemetry';

/** l1 to l3 are the tiers of the cache service; postgres: it did not answer and we asked ourselves. */
export type ServedFrom = 'l1' | 'l2' | 'l3' | 'postgres';

export interface FoundProfile {
  readonly profile: LeadProfile;
  readonly servedFrom: ServedFrom;
}

/** One lead with its reasons: from the cache service, and without it from Postgres. */
export class LeadProfiles {
  readonly #cache: Pick<RequestClient, 'request'>;
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #served: Counter<'from'>;

  constructor(cache: Pick<RequestClient, 'request'>, database: Database, logger: Logger, registry: Registry) {
    this.#cache = cache;
    this.#database = database;
    this.#logger = logger;
    this.#served = new Counter({
      name: 'hub_analytics_profiles_total',
      help: 'Lead profiles answered, by where they came from',
      labelNames: ['from'],
      registers: [registry],
    });
  }

  /** @returns null when the tenant has no such lead. */
  async find(tenantId: string, leadId: string): Promise<FoundProfile | null> {
    const found = await this.#ask(tenantId, leadId);
    if (found !== null) this.#served.inc({ from: found.servedFrom });
    return found;
  }

  async #ask(tenantId: string, leadId: string): Promise<FoundProfile | null> {
    try {
      const reply = await this.#cache.request(leadProfileOf, { tenantId, leadId });
      return reply.found ? { profile: reply.profile, servedFrom: reply.servedFrom } : null;
    } catch (error) {
      this.#logger.debug({ err: error }, 'the cache service did not answer, reading Postgres');
      const profile = await readLeadProfile(this.#database, tenantId, leadId);
      return profile === null ? null : { profile, servedFrom: 'postgres' };
    }
  }
}
