import { cacheInvalidated, leadScored, type ScoredLead } from '@hub/contracts';
import { Consume, type Inbound, type Outcome, Publisher } from '@hub/messaging';
import { Controller } from '@nestjs/common';
import { LeadProfiles } from './lead-profiles.ts';
import { staleProfiles } from './stale-profiles.ts';

@Controller()
export class DropStaleProfilesHandler {
  constructor(
    private readonly profiles: LeadProfiles,
    private readonly publisher: Publisher,
  ) {}

  /** Ours first, then the other instances: what they read next must not come back from Redis as it was. */
  @Consume(leadScored, { durable: 'cache', batch: 256, waitMs: 5000 })
  async drop(batch: readonly Inbound<readonly ScoredLead[]>[]): Promise<readonly Outcome[]> {
    const changes = staleProfiles(batch);
    await this.profiles.invalidate(changes);
    this.publisher.broadcast(cacheInvalidated, changes);
    return batch.map(() => ({ kind: 'done' }));
  }
}
