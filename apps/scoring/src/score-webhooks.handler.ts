import { leadScored, type ReceivedWebhook, type ScoredLead, webhookReceived } from '@hub/contracts';
import { Database, isOutage } from '@hub/database';
import { Consume, type Inbound, type Outcome, Publisher } from '@hub/messaging';
import { fullJitter } from '@hub/resilience';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Controller, Inject } from '@nestjs/common';
import { MODELS, SCORING_CONFIG } from './tokens.ts';
import type { ScoringConfig } from './config.ts';
import type { Models } from './models.ts';
import { ParkedWebhooks } from './parked-webhooks.ts';
import { ScoringMetrics } from './scoring-metrics.ts';
import { type Settled, type Settling, settleWebhooks } from './settle-webhooks.ts';
import { KnownTenants } from './store-webhooks.ts';

const RETRY = { baseMs: 250, capMs: 5_000 };

/** Takes packs from the inbox: settle in one transaction, publish, then let the transport ack. */
@Controller()
export class ScoreWebhooksHandler {
  private readonly settling: Settling;

  constructor(
    database: Database,
    private readonly publisher: Publisher,
    private readonly parked: ParkedWebhooks,
    private readonly metrics: ScoringMetrics,
    @Inject(MODELS) models: Models,
    @Inject(SCORING_CONFIG) private readonly config: ScoringConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.settling = { database, models, tenants: new KnownTenants() };
  }

  @Consume(webhookReceived, { durable: 'scoring', batch: 64, waitMs: 1_000, ackWaitMs: 5_000, maxAckPending: 1_024 })
  async handle(packs: readonly Inbound<readonly ReceivedWebhook[]>[]): Promise<readonly Outcome[]> {
    const webhooks = packs.flatMap((pack) => pack.payload);
    try {
      for (let from = 0; from < webhooks.length; from += this.config.BATCH_WEBHOOKS) {
        await this.settleAndPublish(webhooks.slice(from, from + this.config.BATCH_WEBHOOKS));
      }
      return packs.map(() => ({ kind: 'done' }));
    } catch (cause) {
      this.logger.warn({ webhooks: webhooks.length, err: cause, outage: isOutage(cause) }, 'batch will be redelivered');
      const attempt = Math.max(...packs.map((pack) => pack.deliveries));
      return packs.map(() => ({ kind: 'retry', afterMs: fullJitter(attempt, RETRY), cause }));
    }
  }

  private async settleAndPublish(webhooks: readonly ReceivedWebhook[]): Promise<void> {
    const startedAtMs = Date.now();
    const settled = await settleWebhooks(webhooks, this.settling, startedAtMs);
    // Publish after the commit and before the ack: a crash in between repeats the publish and changes nothing else.
    await this.publish(settled.scores);
    this.observe(settled, webhooks, startedAtMs);
    for (const tenantId of settled.installed) await this.parked.release(tenantId);
  }

  private async publish(scores: Settled['scores']): Promise<void> {
    const publishes = [...scores].map(([tenantId, leads]: [string, readonly ScoredLead[]]) =>
      this.publisher.publish(leadScored, [tenantId], leads),
    );
    await Promise.all(publishes);
  }

  private observe(settled: Settled, webhooks: readonly ReceivedWebhook[], startedAtMs: number): void {
    this.metrics.settled(settled, webhooks, startedAtMs, Date.now());
  }
}
