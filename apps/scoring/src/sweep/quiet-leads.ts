import { leadScored } from '@hub/contracts';
import { Database, ensurePartitions } from '@hub/database';
import { Publisher } from '@hub/messaging';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { ScoringConfig } from '../config.ts';
import { RightOfWay } from '../lanes/right-of-way.ts';
import type { Models } from '../models/models.ts';
import { Shadows } from '../models/shadows.ts';
import { ScoringMetrics } from '../scoring-metrics.ts';
import { MODELS, SCORING_CONFIG } from '../tokens.ts';
import { registerRounds } from './rounds.ts';
import type { Sweeping } from './sweep-leads.ts';
import { sweepPage } from './sweep-page.ts';

const LOOK_EVERY_MS = 10_000;

/**
 * Silence sends no webhook, and silence is the signal: once in `RESCORE_AFTER_MS` every open lead is decided on again.
 * Rounds go through a tenant's leads by id, a page of several tenants at a time. How far they are is in the database after
 * each page, so that any process goes on where one died, and several share the tenants.
 */
@Injectable()
export class QuietLeads implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | null = null;
  private isStopping = false;
  private readonly sweeping: Sweeping;

  constructor(
    private readonly database: Database,
    publisher: Publisher,
    private readonly way: RightOfWay,
    private readonly metrics: ScoringMetrics,
    shadows: Shadows,
    @Inject(MODELS) models: Models,
    @Inject(SCORING_CONFIG) private readonly config: ScoringConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.sweeping = {
      database,
      models,
      publish: (tenantId, leads) => publisher.publish(leadScored, [tenantId], leads),
      decided: (decided) => shadows.offer(decided),
      skipped: ({ tenantId }, error) => logger.warn({ err: error, tenant: tenantId }, 'a lead could not be swept'),
    };
  }

  onApplicationBootstrap(): void {
    const look = (): void => {
      this.working ??= this.look().finally(() => (this.working = null));
    };
    look();
    this.timer = setInterval(look, LOOK_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.working;
  }

  /** Never rejects. */
  private async look(): Promise<void> {
    try {
      await ensurePartitions((text, values) => this.database.query({ text, values }), Date.now());
      await this.sweep(Date.now);
    } catch (error) {
      this.logger.warn({ err: error }, 'the sweep of quiet leads stopped; the next look goes on');
    }
  }

  /** Goes through all leads that are due. */
  async sweep(clock: () => number): Promise<void> {
    await registerRounds(this.sweeping.database);
    while (!this.isStopping) {
      const startedAtMs = performance.now();
      const swept = await this.way.slow(() => sweepPage(this.sweeping, this.config.RESCORE_AFTER_MS, clock()));
      if (swept === null) return;
      this.metrics.swept(swept, (performance.now() - startedAtMs) / 1_000);
    }
  }
}
