import {
  type Counter,
  counterIn,
  FineHistogram,
  type FineSeries,
  Gauge,
  gaugeIn,
  type Histogram,
  histogramIn,
  Registry,
} from '@hub/telemetry';
import { Injectable } from '@nestjs/common';
import { ANSWERS, type Outcome } from './answers.ts';
import type { Lane } from './lanes/lane-chooser.ts';
import type { SourceCounts } from './source-directory.ts';

@Injectable()
export class GatewayMetrics {
  readonly #registry: Registry;
  readonly webhooks: Counter<'outcome'>;
  readonly laneWebhooks: Counter<'lane'>;
  readonly packWebhooks: Histogram<'lane'>;
  readonly packsSentAgain: Counter;
  readonly sourceSuspect: Gauge<'source'>;
  readonly quarantined: Counter<'why'>;
  readonly signatureSeconds: FineSeries;
  readonly queueSeconds: Readonly<Record<Lane, FineSeries>>;
  readonly storeSeconds: Readonly<Record<Lane, FineSeries>>;
  readonly #requestSeconds: Readonly<Record<AnswerClass, FineSeries>>;

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
      { name: 'gateway_pack_webhooks', help: 'Webhooks that shared one write', labelNames: ['lane'] },
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
    this.quarantined = counterIn(registry, {
      name: 'gateway_quarantined_total',
      help: 'Webhooks kept although no key matches; precaution: of a source that is not suspect, for tenants that are known',
      labelNames: ['why'],
    });
    this.signatureSeconds = new FineHistogram(registry, {
      name: 'gateway_signature_seconds',
      help: 'Time to check who sent a request, waiting for a thread included',
    }).series({});
    this.queueSeconds = byLane(registry, {
      name: 'gateway_queue_seconds',
      help: 'Time a webhook waits for its pack to be written',
    });
    this.storeSeconds = byLane(registry, {
      name: 'gateway_store_seconds',
      help: 'Time from writing a pack to its durable ack',
    });
    const requests = new FineHistogram<'answer'>(registry, {
      name: 'gateway_request_seconds',
      help: 'Time from having the whole body to the answer: stored, duplicate or refused (everything else)',
    });
    this.#requestSeconds = {
      stored: requests.series({ answer: 'stored' }),
      duplicate: requests.series({ answer: 'duplicate' }),
      refused: requests.series({ answer: 'refused' }),
    };
  }

  answered(outcome: Outcome, seconds: number): void {
    this.webhooks.inc({ outcome });
    this.#requestSeconds[classOf(outcome)].observe(seconds);
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

  /** Reads what is in hand whenever metrics are asked for. */
  watchLoad(load: { readonly connections: number; readonly heldBytes: number }): void {
    const connections: Gauge = new Gauge({
      name: 'gateway_connections',
      help: 'Open connections',
      registers: [this.#registry],
      collect: () => connections.set(load.connections),
    });
    const bytes: Gauge = new Gauge({
      name: 'gateway_held_bytes',
      help: 'Bodies in memory whose requests are not answered yet, those that are being read included',
      registers: [this.#registry],
      collect: () => bytes.set(load.heldBytes),
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

type AnswerClass = 'stored' | 'duplicate' | 'refused';

function classOf(outcome: Outcome): AnswerClass {
  if (outcome === 'duplicate') return 'duplicate';
  return ANSWERS[outcome].status === 200 ? 'stored' : 'refused';
}

function byLane(registry: Registry, named: { readonly name: string; readonly help: string }) {
  const histogram = new FineHistogram<'lane'>(registry, named);
  return { live: histogram.series({ lane: 'live' }), slow: histogram.series({ lane: 'slow' }) };
}

interface Waiting {
  readonly waitingBytes: number;
  readonly waitingFlows: number;
}
