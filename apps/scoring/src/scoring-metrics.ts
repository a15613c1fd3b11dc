import type { LeadScoreReply, ReceivedWebhook } from '@hub/contracts';
import { Counter, Histogram, Registry } from '@hub/telemetry';
import { Injectable } from '@nestjs/common';
import type { Settled } from './settle-webhooks.ts';
import type { Swept } from './sweep/sweep-leads.ts';

/** Counts what became of webhooks, as it happens: nobody has to scan `events` for it. */
@Injectable()
export class ScoringMetrics {
  readonly #settled: Counter<'outcome'>;
  readonly #batchSize: Histogram;
  readonly #batchSeconds: Histogram;
  readonly #ageSeconds: Histogram;
  readonly #swept: Counter<'outcome'>;
  readonly #sweptSeconds: Histogram;
  readonly #asked: Counter<'outcome'>;

  constructor(registry: Registry) {
    this.#settled = new Counter({
      name: 'hub_scoring_webhooks_total',
      help: 'Webhooks settled, by outcome',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.#batchSize = new Histogram({
      name: 'hub_scoring_batch_webhooks',
      help: 'Webhooks per transaction',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
      registers: [registry],
    });
    this.#batchSeconds = new Histogram({
      name: 'hub_scoring_batch_seconds',
      help: 'From taking a batch to its scores being published',
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
      registers: [registry],
    });
    this.#ageSeconds = new Histogram({
      name: 'hub_scoring_webhook_age_seconds',
      help: 'From the gateway having a webhook to its score being published',
      buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 60],
      registers: [registry],
    });
    this.#swept = new Counter({
      name: 'hub_scoring_swept_leads_total',
      help: 'Silent leads decided on again, by what became of the decision',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.#sweptSeconds = new Histogram({
      name: 'hub_scoring_sweep_page_seconds',
      help: 'From a page of silent leads being due to its last score being published, waiting for the live lane included',
      buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [registry],
    });
    this.#asked = new Counter({
      name: 'hub_scoring_asked_leads_total',
      help: 'Leads whose score someone asked for, by outcome of the request',
      labelNames: ['outcome'],
      registers: [registry],
    });
  }

  asked({ outcome }: LeadScoreReply, leads: number): void {
    this.#asked.inc({ outcome }, leads);
  }

  settled(settled: Settled, webhooks: readonly ReceivedWebhook[], startedAtMs: number, nowMs: number): void {
    this.#settled.inc({ outcome: 'applied' }, settled.applied);
    this.#settled.inc({ outcome: 'duplicate' }, settled.duplicates);
    this.#settled.inc({ outcome: 'dead' }, settled.dead);
    this.#settled.inc({ outcome: 'parked' }, settled.parked);
    this.#batchSize.observe(webhooks.length);
    this.#batchSeconds.observe((nowMs - startedAtMs) / 1_000);
    for (const webhook of webhooks) this.#ageSeconds.observe((nowMs - webhook.receivedAtMs) / 1_000);
  }

  swept({ stored, unmoved, overtaken, skipped }: Swept, seconds: number): void {
    for (const [outcome, leads] of Object.entries({ stored, unmoved, overtaken, skipped })) {
      this.#swept.inc({ outcome }, leads);
    }
    this.#sweptSeconds.observe(seconds);
  }
}
