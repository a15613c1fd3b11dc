import type { NatsConnection } from '@nats-io/transport-node';
import { DependencyUnavailable } from '@hub/resilience';

/**
 * Whether a connection has a broker behind it right now. The client queues what is published while it is
 * disconnected and may drop it, so waiting for an answer then only costs the caller its deadline.
 */
export class Link {
  readonly #onDown = new Set<(error: Error) => void>();
  readonly #onUp = new Set<() => void>();
  #up = true;

  constructor(connection: NatsConnection) {
    void this.#watch(connection);
  }

  get up(): boolean {
    return this.#up;
  }

  /**
   * Runs `work`, giving up the moment the broker goes away: whether it had its effect is then unknown.
   * @throws DependencyUnavailable at once while there is no broker.
   */
  async whileUp<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#up) throw new DependencyUnavailable('nats', 'not connected', undefined, false);
    const { promise: down, reject } = Promise.withResolvers<never>();
    this.#onDown.add(reject);
    try {
      return await Promise.race([work(), down]);
    } finally {
      this.#onDown.delete(reject);
    }
  }

  /** Resolves when there is a broker, `ms` at the latest. */
  async upWithin(ms: number): Promise<void> {
    if (this.#up) return;
    const { promise: up, resolve } = Promise.withResolvers<void>();
    this.#onUp.add(resolve);
    const timer = setTimeout(resolve, ms);
    await up;
    clearTimeout(timer);
    this.#onUp.delete(resolve);
  }

  /**
   * Calls `listener` once, when the broker goes away.
   * @returns Takes the listener back.
   */
  onceDown(listener: () => void): () => void {
    this.#onDown.add(listener);
    return () => this.#onDown.delete(listener);
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'reconnect') this.#comeUp();
      if (status.type === 'disconnect' || status.type === 'close') this.#goDown();
    }
    this.#goDown();
  }

  #comeUp(): void {
    this.#up = true;
    for (const resolve of this.#onUp) resolve();
  }

  #goDown(): void {
    this.#up = false;
    const waiting = [...this.#onDown];
    this.#onDown.clear();
    for (const reject of waiting) reject(new DependencyUnavailable('nats', 'lost while waiting for its answer'));
  }
}

const links = new WeakMap<NatsConnection, Link>();

/** The one link of a connection. */
export function linkOf(connection: NatsConnection): Link {
  const known = links.get(connection);
  if (known) return known;
  const link = new Link(connection);
  links.set(connection, link);
  return link;
}

/** Resolves when the connection has a broker, `ms` at the latest. */
export function brokerWithin(connection: NatsConnection, ms: number): Promise<void> {
  return linkOf(connection).upWithin(ms);
}
