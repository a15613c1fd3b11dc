import { SCORES } from '@hub/contracts';
import { type NatsConnection, streamState } from '@hub/messaging';
import type { Breaker } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';

/** How far the stream of scores is: what is read from Postgres after asking is at least as new. */
export class ScorePosition {
  readonly #connection: NatsConnection;
  readonly #breaker: Breaker;
  readonly #logger: Logger;
  #known = 0;

  constructor(connection: NatsConnection, breaker: Breaker, logger: Logger) {
    this.#connection = connection;
    this.#breaker = breaker;
    this.#logger = logger;
  }

  /** While the broker is away the last position known stands: it is older, and still true. */
  async current(): Promise<number> {
    try {
      const { lastSequence } = await this.#breaker.call(() => streamState(this.#connection, SCORES));
      this.#known = lastSequence;
    } catch (error) {
      this.#logger.debug({ err: error }, 'the stream of scores does not answer');
    }
    return this.#known;
  }
}
