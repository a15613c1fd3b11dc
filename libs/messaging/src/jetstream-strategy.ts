import type { ReadContract } from '@hub/contracts';
import type { Logger, Registry } from '@hub/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { BatchConsumer } from './batch-consumer.ts';
import { JETSTREAM } from './consume.ts';
import { consumerMetrics } from './consumer-metrics.ts';
import { DeadLetters } from './dead-letters.ts';
import { pairHandlers, type TableEntry } from './handler-table.ts';
import type { Outcome } from './outcome.ts';

export interface JetStreamOptions {
  /** Stays the owner's: drain it after the application has closed. */
  readonly connection: NatsConnection;
  /** Every contract this process consumes; start fails unless each has exactly one `@Consume` handler. */
  // oxlint-disable-next-line typescript/no-explicit-any -- contracts of all types meet in one list; T is checked at @Consume
  readonly consumes: readonly ReadContract<any>[];
  readonly logger: Logger;
  readonly registry: Registry;
}

/** NestJS transport over JetStream pull consumers, for handlers declared with `@Consume`. */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = JETSTREAM;
  /** Errors come to us, which log and retry; Nest need not log them too. */
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: JetStreamOptions;
  readonly #dead: DeadLetters;
  #consumers: readonly BatchConsumer<unknown>[] = [];

  constructor(options: JetStreamOptions) {
    super();
    this.#options = options;
    this.#dead = new DeadLetters(options.connection);
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  /** Stops pulling, finishes and settles the batches in hand. */
  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
  }

  on(): never {
    throw new Error('this transport has no events: watch status() of its NATS connection');
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the signature is Nest's
  unwrap<T>(): T {
    return this.#options.connection as T;
  }

  async #start(): Promise<void> {
    const { connection, consumes, logger, registry } = this.#options;
    const entries = pairHandlers(consumes, this.messageHandlers);
    const metrics = consumerMetrics(registry);
    await this.#dead.prepare();
    this.#consumers = entries.map(
      ({ contract, settings, handler }) =>
        new BatchConsumer({
          connection,
          contract,
          settings,
          handler: (batch) => this.#call(handler, batch),
          dead: this.#dead,
          metrics,
          logger,
        }),
    );
    for (const consumer of this.#consumers) await consumer.start();
  }

  /** Nest wraps what a handler returns in an observable of that one value. */
  async #call(handler: TableEntry['handler'], batch: unknown): Promise<readonly Outcome[]> {
    return lastValueFrom<readonly Outcome[]>(this.transformToObservable(await handler(batch)));
  }
}
