import { modelsChanged } from '@hub/contracts';
import { NATS_CONNECTION, type NatsConnection, subscribe } from '@hub/messaging';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ModelMetrics } from './model-metrics.ts';
import { ModelSeating } from './model-seating.ts';

const LOOK_EVERY_MS = 5_000;

/** Notices what changes in the registry: told by a broadcast at once, and by looking for whoever missed it. */
@Injectable()
export class ModelWatch implements OnModuleInit, OnApplicationShutdown {
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #heard: { stop(): void } | null = null;

  constructor(
    private readonly seating: ModelSeating,
    private readonly metrics: ModelMetrics,
    @Inject(NATS_CONNECTION) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Before the first webhook is taken: what is registered decides on it. */
  async onModuleInit(): Promise<void> {
    await this.look();
    this.#heard = subscribe(this.nats, modelsChanged, () => void this.look(), this.logger);
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#heard?.stop();
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** One look after the other. Never rejects. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      try {
        await this.seating.look();
        this.metrics.looked(this.seating.slots, this.seating.refused);
      } catch (error) {
        this.metrics.lookFailed();
        this.logger.warn({ err: error }, 'the registry of models could not be read; what serves goes on');
      }
    });
    return this.#looking;
  }

  /** @throws Error naming every model that is refused. */
  async check(): Promise<void> {
    const refused = this.seating.refused.map(
      ({ name, version, problem }) => `${name} ${version} is refused: ${problem}`,
    );
    if (refused.length > 0) throw new Error(refused.join('; '));
  }
}
