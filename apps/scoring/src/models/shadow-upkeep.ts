import { Database } from '@hub/database';
import { LOGGER, type Logger } from '@hub/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Shadows } from './shadows.ts';
import { pruneShadowScores } from './store-shadow-scores.ts';

const EVERY_MS = 3_600_000;

/** Forgets what shadows said long ago, and lets them finish when the service stops. */
@Injectable()
export class ShadowUpkeep implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #pruning: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly shadows: Shadows,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#pruning = this.#prune();
    }, EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#pruning;
    await this.shadows.close();
  }

  async #prune(): Promise<void> {
    try {
      await pruneShadowScores(this.database, Date.now());
    } catch (error) {
      this.logger.warn({ err: error }, 'old scores of shadows were not pruned; the next hour tries again');
    }
  }
}
