import { leadScored, type ScoredLead } from '@hub/contracts';
import { Database, ensurePartitions } from '@hub/database';
import { emptyState } from '@hub/intelligence';
import { Publisher } from '@hub/messaging';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { ScoringConfig } from './config.ts';
import { decide } from './decide.ts';
import type { Models } from './models.ts';
import { lockQuietLeads } from './lead-rows.ts';
import { storeDecisions } from './store-decisions.ts';
import { MODELS, SCORING_CONFIG } from './tokens.ts';

const SWEEP_EVERY_MS = 60_000;
const SWEEP_LIMIT = 200;

/** Silence sends no webhook, and silence is the signal: leads without news are decided on again as time passes. */
@Injectable()
export class QuietLeads implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
    @Inject(MODELS) private readonly models: Models,
    @Inject(SCORING_CONFIG) private readonly config: ScoringConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping = this.sweepAll(Date.now()).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'sweep of quiet leads failed; the next one tries again');
      });
    }, SWEEP_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Makes the partitions to come and rescores what is due, one tenant after the other. */
  private async sweepAll(nowMs: number): Promise<void> {
    await ensurePartitions((text, values) => this.database.query({ text, values }), nowMs);
    const tenants = await this.database.query<{ id: string }>({ text: 'SELECT id FROM all_tenants()' });
    for (const tenant of tenants) await this.sweep(tenant.id, nowMs);
  }

  /** @returns How many leads of the tenant were decided on again. */
  async sweep(tenantId: string, nowMs: number): Promise<number> {
    const scores = await this.database.asTenants([tenantId], async (tx): Promise<ScoredLead[]> => {
      const rows = await lockQuietLeads(tx, tenantId, nowMs - this.config.RESCORE_AFTER_MS, SWEEP_LIMIT);
      const leads = rows.map((row) => ({ row, state: row.state ?? emptyState(), facts: row.facts, applied: [] }));
      const decided = await decide(leads, this.models, nowMs);
      await storeDecisions(tx, decided);
      return decided.map((one) => one.scored);
    });
    if (scores.length > 0) await this.publisher.publish(leadScored, [tenantId], scores);
    return scores.length;
  }
}
