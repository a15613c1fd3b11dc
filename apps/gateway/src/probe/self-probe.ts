import type { Logger } from '@hub/telemetry';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';

export interface SelfProbeOptions {
  /** Between a probe that passed and the next one. */
  readonly everyMs: number;
  /** After one that failed: readiness should come back soon after what it needs. */
  readonly retryMs: number;
  readonly logger: Logger;
}

/** Whether this process takes webhooks, found out by sending it some. */
export class SelfProbe implements BeforeApplicationShutdown {
  readonly #options: SelfProbeOptions;
  readonly #stopping = new AbortController();
  #problem: string | null = 'none has gone through yet';
  #running: Promise<void> = Promise.resolve();
  #turn = new AbortController();

  constructor(options: SelfProbeOptions) {
    this.#options = options;
  }

  /**
   * Probes at once, and again and again until the application closes.
   * @param probe Rejects when the process does not take a webhook.
   */
  start(probe: () => Promise<void>): void {
    this.#running = this.#repeat(probe);
  }

  /** A webhook of somebody else was not stored: asks at once, not in its turn, so that readiness tells it soon. */
  doubt(): void {
    if (this.#problem === null) this.#turn.abort();
  }

  /** @throws Error with what the last probe met. */
  assertPassed(): void {
    if (this.#problem !== null) throw new Error(`a webhook of its own does not go through: ${this.#problem}`);
  }

  /** HTTP still takes requests: one that is under way ends as it should. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #repeat(probe: () => Promise<void>): Promise<void> {
    const { everyMs, retryMs } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#turn = new AbortController();
      await this.#try(probe);
      const wait = { signal: AbortSignal.any([signal, this.#turn.signal]), ref: false };
      // Aborted, the wait rejects: what comes next is told by the signals.
      await pause(this.#problem === null ? everyMs : retryMs, undefined, wait).catch(() => undefined);
    }
  }

  async #try(probe: () => Promise<void>): Promise<void> {
    const { logger } = this.#options;
    const before = this.#problem;
    try {
      await probe();
      this.#problem = null;
      if (before !== null) logger.info('a webhook of its own goes through');
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      if (before !== this.#problem) logger.warn({ err: error }, 'a webhook of its own does not go through');
    }
  }
}
