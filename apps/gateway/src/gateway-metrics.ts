import { type Counter, counterIn, Gauge, gaugeIn, type Histogram, histogramIn, Registry } from '@hub/telemetry';
import { Injectable } from '@nestjs/common';
import type { SourceCounts } from './source-directory.ts';

@Injectable()
export class GatewayMetrics {
  readonly #registry: Registry;
  readonly webhooks: Counter<'outcome'>;
  readonly laneWebhooks: Counter<'lane'>;
  readonly packWebhooks: Histogram;
  readonly packsSentAgain: Counter;
  readonly sourceSuspect: Gauge<'source'>;
  readonly storeSeconds: Histogram;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.webhooks = counterIn(registry, {
      name: 'gateway_webhooks_total',
      help: 'Requests by outcome, as in the table of answers',
      labelNames: ['outcome'],
    });
    this.laneWebhooks = counterIn(registry, {
      name: 'gateway_lane_webhooks_total',
      help: 'Webhooks stored, by lane: slow are those of tenants beyond their limit',
      labelNames: ['lane'],
    });
    this.packWebhooks = histogramIn(
      registry,
      { name: 'gateway_pack_webhooks', help: 'Webhooks that shared one write' },
      [1, 2, 4, 8, 16, 32, 64, 128, 256],
    );
    this.packsSentAgain = counterIn(registry, {
      name: 'gateway_packs_sent_again_total',
      help: 'Packs written once more because nobody knew what became of the first write',
    });
    this.sourceSuspect = gaugeIn(registry, {
      name: 'gateway_source_suspect',
      help: '1 while the signatures of a source match none of its keys and what it sends is kept in quarantine',
      labelNames: ['source'],
    });
    this.storeSeconds = histogramIn(
      registry,
      { name: 'gateway_store_seconds', help: 'Time from writing a pack to its durable ack' },
      [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2],
    );
  }

  /** Reads `counts` whenever metrics are asked for. */
  watchSources(counts: () => SourceCounts): void {
    const gauge: Gauge<'state'> = new Gauge({
      name: 'gateway_sources',
      help: 'Configured sources of webhooks; disabled: a key of theirs does not open',
      labelNames: ['state'],
      registers: [this.#registry],
      collect: () => {
        for (const [state, count] of Object.entries(counts())) gauge.set({ state }, count);
      },
    });
  }

  /** Reads what waits to be stored whenever metrics are asked for. */
  watchWaiting(live: Waiting, slow: Waiting): void {
    const bytes: Gauge<'lane'> = new Gauge({
      name: 'gateway_waiting_bytes',
      help: 'Bodies in memory that are not yet stored',
      labelNames: ['lane'],
      registers: [this.#registry],
      collect: () => {
        bytes.set({ lane: 'live' }, live.waitingBytes);
        bytes.set({ lane: 'slow' }, slow.waitingBytes);
      },
    });
    const tenants: Gauge = new Gauge({
      name: 'gateway_slow_waiting_tenants',
      help: 'Tenants whose webhooks wait to be stored in the slow lane',
      registers: [this.#registry],
      collect: () => tenants.set(slow.waitingFlows),
    });
  }
}

interface Waiting {
  readonly waitingBytes: number;
  readonly waitingFlows: number;
}
