import type { HealthCheck, Logger } from '@hub/telemetry';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { readinessOf } from './readiness.ts';

/** Something a service does again and again for as long as it is ready. */
export interface Heartbeat {
  readonly everyMs: number;
  /** A beat that fails is not made up for: the next one comes soon. */
  beat(): Promise<void>;
}

/** Beats after each look that found the service ready, and not otherwise. */
export class Pulse implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #checks: readonly HealthCheck[];
  readonly #heartbeat: Heartbeat | null;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();

  constructor(checks: readonly HealthCheck[], heartbeat: Heartbeat | null, logger: Logger) {
    this.#checks = checks;
    this.#heartbeat = heartbeat;
    this.#logger = logger;
  }

  onApplicationBootstrap(): void {
    const heartbeat = this.#heartbeat;
    if (heartbeat === null) return;
    let isBusy = false;
    this.#timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      this.#beating = this.#beatIfReady(heartbeat).finally(() => (isBusy = false));
    }, heartbeat.everyMs);
    this.#timer.unref();
  }

  /** The connection that carries beats is still open. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }

  async #beatIfReady(heartbeat: Heartbeat): Promise<void> {
    try {
      if ((await readinessOf(this.#checks)).status !== 'notReady') await heartbeat.beat();
    } catch (error) {
      this.#logger.debug({ err: error }, 'a heartbeat was not sent');
    }
  }
}
