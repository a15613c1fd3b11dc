import { INBOX } from '@hub/contracts';
import {
  type ConsumerState,
  consumerStates,
  NATS_CONNECTION,
  type NatsConnection,
  oldestUnsettled,
} from '@hub/messaging';
import { Gauge, LOGGER, type Logger, Registry } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LIVE_DURABLE } from '../score-webhooks.handler.ts';
import { SLOW_DURABLE_PREFIX } from './slow-lane.ts';

const POLL_EVERY_MS = 2_000;

/** What waits in each lane and since when, told as metrics: asked of the broker now and then, away from the work. */
@Injectable()
export class LaneBacklog implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #oldestSeconds: Gauge<'lane'>;
  readonly #packs: Gauge<'lane'>;
  readonly #tenants: Gauge;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(
    @Inject(NATS_CONNECTION) private readonly connection: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    registry: Registry,
  ) {
    this.#oldestSeconds = new Gauge({
      name: 'scoring_oldest_unprocessed_seconds',
      help: 'Age of the oldest pack that is not settled, 0 when all are',
      labelNames: ['lane'],
      registers: [registry],
    });
    this.#packs = new Gauge({
      name: 'scoring_unprocessed_packs',
      help: 'Packs that are not settled',
      labelNames: ['lane'],
      registers: [registry],
    });
    this.#tenants = new Gauge({
      name: 'scoring_slow_tenants',
      help: 'Tenants with packs in the slow lane that are not settled',
      registers: [registry],
    });
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#polling = this.#polling.then(() => this.poll());
    }, POLL_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#polling;
  }

  /** Never rejects: without a broker the last known values stay. */
  async poll(): Promise<void> {
    try {
      const states = await consumerStates(this.connection, INBOX);
      const slow = states.filter(({ durable }) => durable.startsWith(SLOW_DURABLE_PREFIX));
      await this.#tell(
        'live',
        states.filter(({ durable }) => durable === LIVE_DURABLE),
      );
      await this.#tell('slow', slow);
      this.#tenants.set(slow.filter(({ waiting }) => waiting > 0).length);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.logger.warn({ err: error }, 'the backlog of the lanes is not known');
      this.#isFailing = true;
    }
  }

  async #tell(lane: 'live' | 'slow', states: readonly ConsumerState[]): Promise<void> {
    const oldestAtMs = await oldestUnsettled(this.connection, INBOX, states);
    this.#oldestSeconds.set({ lane }, oldestAtMs === null ? 0 : Math.max(0, (Date.now() - oldestAtMs) / 1_000));
    this.#packs.set(
      { lane },
      states.reduce((sum, { waiting }) => sum + waiting, 0),
    );
  }
}
