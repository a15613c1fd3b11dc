import type { ReadContract } from '@hub/contracts';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '@hub/telemetry';
import type { BatchHandler, ConsumeSettings } from './consume.ts';
import type { ConsumerMetrics } from './consumer-metrics.ts';
import type { DeadLetters } from './dead-letters.ts';
import { DEFAULT_ACK_WAIT_MS, ensureConsumer } from './ensure-consumer.ts';
import { judge, type Verdict } from './handle-batch.ts';
import { keepPulling, type PullParts } from './pull.ts';
import { settle } from './settle.ts';

export interface BatchConsumerParts<T> {
  readonly connection: NatsConnection;
  readonly contract: ReadContract<T>;
  readonly settings: ConsumeSettings;
  readonly handler: BatchHandler<T>;
  readonly dead: DeadLetters;
  readonly metrics: ConsumerMetrics;
  readonly logger: Logger;
}

/**
 * One pull consumer and its handler. Messages come in while the handler works and wait; when it is free it gets all
 * that wait, up to a batch. So a lone message is handled at once, and batches fill under load by themselves.
 */
export class BatchConsumer<T> {
  readonly #parts: BatchConsumerParts<T>;
  readonly #label: { readonly consumer: string };
  readonly #stopping = new AbortController();
  /** By stream sequence: a message delivered again while it still waits here is one message. */
  readonly #waiting = new Map<number, JsMsg>();
  #inHand: readonly JsMsg[] = [];
  #arrival = Promise.withResolvers<void>();
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: BatchConsumerParts<T>) {
    this.#parts = parts;
    this.#label = { consumer: parts.settings.durable };
  }

  /** @throws when the broker refuses the stream or the consumer. */
  async start(): Promise<void> {
    const first = await this.#open();
    this.#work = this.#run(first);
  }

  /** Stops pulling, lets the handler finish and settles its batch; what only waited goes back to the broker. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#arrival.resolve();
    await this.#work;
  }

  async #run(first: Consumer): Promise<void> {
    const ackWaitMs = this.#parts.settings.ackWaitMs ?? DEFAULT_ACK_WAIT_MS;
    const heartbeat = setInterval(() => this.#extendAckWait(), ackWaitMs / 3);
    await Promise.all([keepPulling(first, this.#pullParts(), this.#stopping.signal), this.#keepHandling()]);
    clearInterval(heartbeat);
    // Nothing was done with what still waits: another process may have it at once.
    await this.#settle(
      [...this.#waiting.values()].map((message) => ({ message, outcome: { kind: 'retry', afterMs: 0 } })),
    );
  }

  #pullParts(): PullParts {
    const { connection, settings, logger } = this.#parts;
    return {
      connection,
      settings,
      open: () => this.#open(),
      onMessage: (message) => {
        this.#waiting.set(message.seq, message);
        this.#arrival.resolve();
      },
      onInterrupted: (error) => {
        logger.warn({ err: error, ...this.#label }, 'pulling ended, opening the consumer again');
      },
    };
  }

  #open(): Promise<Consumer> {
    const { connection, contract, settings } = this.#parts;
    return ensureConsumer(connection, contract, settings);
  }

  async #keepHandling(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#inHand = this.#takeBatch();
      if (this.#inHand.length > 0) await this.#handle(this.#inHand);
      else await this.#arrival.promise;
    }
    this.#inHand = [];
  }

  #takeBatch(): readonly JsMsg[] {
    this.#arrival = Promise.withResolvers();
    const batch = [...this.#waiting.values()].slice(0, this.#parts.settings.batch);
    for (const message of batch) this.#waiting.delete(message.seq);
    return batch;
  }

  async #handle(batch: readonly JsMsg[]): Promise<void> {
    const { contract, handler, metrics, logger } = this.#parts;
    metrics.batchSize.observe(this.#label, batch.length);
    metrics.redeliveries.inc(this.#label, batch.filter((message) => message.redelivered).length);
    metrics.lag.set(this.#label, batch.at(-1)?.info.pending ?? 0);
    const stopTimer = metrics.handlerSeconds.startTimer(this.#label);
    const verdicts = await judge(contract, handler, batch, (error) =>
      logger.error({ err: error, ...this.#label, messages: batch.length }, 'a handler failed, its batch is retried'),
    );
    stopTimer();
    await this.#settle(verdicts);
  }

  async #settle(verdicts: readonly Verdict<JsMsg>[]): Promise<void> {
    const { dead, metrics, logger } = this.#parts;
    const settlements = verdicts.map(async ({ message, outcome }) => {
      metrics.outcomes.inc({ ...this.#label, kind: outcome.kind });
      try {
        await settle(message, outcome, (reason) => dead.store(message, reason));
      } catch (error) {
        // Unsettled, it is delivered again when its ack wait has passed.
        logger.error({ err: error, ...this.#label, outcome: outcome.kind }, 'could not settle a message');
      }
    });
    await Promise.all(settlements);
  }

  #extendAckWait(): void {
    if (this.#parts.connection.isClosed()) return;
    for (const message of this.#inHand) message.working();
    for (const message of this.#waiting.values()) message.working();
  }
}
