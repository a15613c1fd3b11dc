import { leadScored, type ReceivedWebhook } from '@hub/contracts';
import { Database, EventIds } from '@hub/database';
import { Publisher } from '@hub/messaging';
import { RetryBudget } from '@hub/resilience';
import { type Span, traced, Tracing, within } from '@hub/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import type { ScoringConfig } from './config.ts';
import { FailedAttempts } from './failed-attempts.ts';
import type { Models } from './models/models.ts';
import { Shadows } from './models/shadows.ts';
import { batchesOf, type Pack } from './packs.ts';
import { ParkedWebhooks } from './parked-webhooks.ts';
import { ScoringMetrics } from './scoring-metrics.ts';
import { beginSettleSpan, publishingScores } from './settle-span.ts';
import { type Settled, type Settling, settleWebhooks } from './settle-webhooks.ts';
import { KnownTenants } from './store-webhooks.ts';
import { MODELS, SCORING_CONFIG } from './tokens.ts';

/** What every lane does with its webhooks: settle them, publish the scores. Acking is the caller's, and comes last. */
@Injectable()
export class SettleAndPublish {
  private readonly settling: Settling;

  constructor(
    database: Database,
    eventIds: EventIds,
    private readonly publisher: Publisher,
    private readonly parked: ParkedWebhooks,
    private readonly metrics: ScoringMetrics,
    private readonly tracing: Tracing,
    private readonly shadows: Shadows,
    @Inject(MODELS) models: Models,
    @Inject(SCORING_CONFIG) private readonly config: ScoringConfig,
  ) {
    const [tenants, retries, failed] = [new KnownTenants(), new RetryBudget(), new FailedAttempts()];
    this.settling = { database, models, tenants, eventIds, retries, failed };
  }

  /**
   * Any number of packs, in transactions of at most `BATCH_WEBHOOKS` webhooks.
   * @returns Packs that are to be delivered again, by sequence, and after how many ms; all others are settled.
   * @throws what `settleWebhooks` throws.
   */
  async all(packs: readonly Pack[]): Promise<Settled['again']> {
    const again = new Map<number, number>();
    for (const batch of batchesOf(packs, this.config.BATCH_WEBHOOKS)) {
      for (const [sequence, afterMs] of await this.together(batch)) again.set(sequence, afterMs);
    }
    return again;
  }

  /** One transaction. @returns as `all`. */
  together(packs: readonly Pack[]): Promise<Settled['again']> {
    return traced(beginSettleSpan(this.tracing, packs), (span) => this.settle(packs, span));
  }

  private async settle(packs: readonly Pack[], span: Span | null): Promise<Settled['again']> {
    const startedAtMs = Date.now();
    const settled = await settleWebhooks(packs, { ...this.settling, span }, startedAtMs);
    // Publish after the commit and before the ack: a crash in between repeats the publish and changes nothing else.
    const webhooks = packs.flatMap((pack) => pack.webhooks);
    await within(span, 'scores publish', publishingScores(settled.scores.size), (publishing) =>
      this.publish(settled.scores, oldestByTenant(webhooks), publishing),
    );
    this.shadows.offer(settled.decided);
    this.metrics.settled(settled, webhooks, startedAtMs, Date.now());
    for (const tenantId of settled.installed) await this.parked.release(tenantId, Date.now());
    return settled.again;
  }

  private async publish(
    scores: Settled['scores'],
    receivedAtMs: ReadonlyMap<string, number>,
    span: Span | null,
  ): Promise<void> {
    const publishes = [...scores].map(([tenantId, leads]) =>
      this.publisher.publish(leadScored, [tenantId], leads, {
        receivedAtMs: receivedAtMs.get(tenantId),
        traceparent: span?.traceparent,
      }),
    );
    await Promise.all(publishes);
  }
}

/** Since when each tenant has waited for what this batch tells it. */
function oldestByTenant(webhooks: readonly ReceivedWebhook[]): Map<string, number> {
  const oldest = new Map<string, number>();
  for (const { tenantId, receivedAtMs } of webhooks) {
    if (tenantId !== null) oldest.set(tenantId, Math.min(oldest.get(tenantId) ?? receivedAtMs, receivedAtMs));
  }
  return oldest;
}
