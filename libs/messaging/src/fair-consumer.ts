import { type ReadContract, subjectOf } from '@hub/contracts';
import { fullJitter } from '@hub/resilience';
import type { Logger, Registry } from '@hub/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { type ConsumerMetrics, consumerMetrics } from './consumer-metrics.ts';
import { consumerStates, countsBySubject } from './consumer-states.ts';
import { DeadLetters } from './dead-letters.ts';
import { ensureConsumer } from './ensure-consumer.ts';
import { FairTurns } from './fair-turns.ts';
import { judge } from './handle-batch.ts';
import type { Inbound, Outcome } from './outcome.ts';
import { pause } from './pause.ts';
import { type Pulled, pullOne } from './pull-one.ts';
import { settle } from './settle.ts';
import { tokensOf } from './tail.ts';

export interface FairSettings {
  /** Before the flow's token: the name of its durable consumer, and of all of them in metrics. */
  readonly durablePrefix: string;
  /** Bytes of messages that a flow is granted per round. */
  readonly quantumBytes: number;
  /** Time after which the broker delivers an unsettled message again; extended while it is in hand. */
  readonly ackWaitMs: number;
  /** How often new messages are looked for. */
  readonly lookEveryMs: number;
}

export type FairHandler<T> = (message: Inbound<T>) => Promise<Outcome>;

export interface FairConsumerParts<T> {
  readonly connection: NatsConnection;
  /** Its subject has one `*`, whose values are the flows. */
  readonly contract: ReadContract<T>;
  readonly settings: FairSettings;
  readonly handler: FairHandler<T>;
  readonly logger: Logger;
  readonly registry: Registry;
}

const DAY_MS = 86_400_000;
const RETRY = { baseMs: 250, capMs: 5_000 };
/** Every so many looks nothing is taken for granted: a hint may be missed, and an ack lost. */
const LOOKS_PER_FULL_LOOK = 30;

/**
 * Consumes a subject flow by flow: a durable consumer for each value of its `*`, and deficit round robin among those that
 * have something to do, one message at a time. A flow with a million messages waiting delays another by one round only.
 */
export class FairConsumer<T> {
  readonly #parts: FairConsumerParts<T>;
  readonly #label: { readonly consumer: string };
  readonly #dead: DeadLetters;
  readonly #metrics: ConsumerMetrics;
  readonly #turns: FairTurns;
  readonly #stopping = new AbortController();
  /** Flows whose consumer this process has made sure of. */
  readonly #opened = new Set<string>();
  /** Flows that were called since they were last asked. */
  readonly #called = new Set<string>();
  #counts: ReadonlyMap<string, number> = new Map();
  #arrival = Promise.withResolvers<void>();
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: FairConsumerParts<T>) {
    this.#parts = parts;
    this.#label = { consumer: parts.settings.durablePrefix };
    this.#dead = new DeadLetters(parts.connection);
    this.#metrics = consumerMetrics(parts.registry);
    this.#turns = new FairTurns(parts.settings.quantumBytes);
  }

  /** @throws when the broker refuses the stream of dead letters. */
  async start(): Promise<void> {
    await this.#dead.prepare();
    this.#work = Promise.all([this.#keepLooking(), this.#keepHandling()]);
  }

  /** Finishes and settles the message in hand, and takes no other. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#arrival.resolve();
    await this.#work;
  }

  async #keepLooking(): Promise<void> {
    let failures = 0;
    for (let look = 0; !this.#stopping.signal.aborted; look += 1) {
      try {
        await this.#look(failures > 0 || look % LOOKS_PER_FULL_LOOK === 0);
        failures = 0;
      } catch (error) {
        failures += 1;
        // Whatever was missed meanwhile is found by the full look that follows.
        if (failures === 1) this.#parts.logger.warn({ err: error, ...this.#label }, 'cannot look for new messages');
      }
      await pause(this.#parts.settings.lookEveryMs + fullJitter(failures, RETRY), this.#stopping.signal);
    }
  }

  /** @param full Asks how far each flow has come, instead of going by what has changed. */
  async #look(full: boolean): Promise<void> {
    const { connection, contract } = this.#parts;
    const waitingOf = full ? await this.#waitingByFlow() : null;
    const counts = await countsBySubject(connection, contract.stream, contract.subject);
    for (const [subject, count] of counts) {
      const [key = ''] = tokensOf(contract.subject, subject);
      const waiting = waitingOf?.get(key);
      const isNew = waitingOf !== null && waiting === undefined;
      if (isNew || (waiting ?? 0) > 0 || (!full && this.#counts.get(subject) !== count)) this.#call(key);
    }
    this.#counts = counts;
  }

  async #waitingByFlow(): Promise<Map<string, number>> {
    const { connection, contract, settings } = this.#parts;
    const states = await consumerStates(connection, contract.stream);
    const ours = states.filter(({ durable }) => durable.startsWith(settings.durablePrefix));
    return new Map(ours.map(({ durable, waiting }) => [durable.slice(settings.durablePrefix.length), waiting]));
  }

  #call(key: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#called.add(key);
    this.#turns.join(key);
    this.#arrival.resolve();
  }

  async #keepHandling(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      this.#arrival = Promise.withResolvers();
      const key = this.#turns.next();
      if (key === null) {
        await this.#arrival.promise;
        continue;
      }
      try {
        await this.#takeTurn(key);
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#parts.logger.warn({ err: error, ...this.#label }, 'a turn was interrupted');
        this.#goLast(key);
        await pause(fullJitter(failures, RETRY), this.#stopping.signal);
      }
    }
  }

  async #takeTurn(key: string): Promise<void> {
    this.#called.delete(key);
    const message = await this.#pull(key);
    if (message === null) {
      // Called meanwhile: what there is may have come after we asked.
      if (!this.#called.has(key)) this.#turns.leave(key);
      return;
    }
    this.#turns.spend(key, message.data.length);
    const outcome = await this.#handle(message);
    if (outcome.kind === 'retry') void this.#rest(key, outcome.afterMs);
  }

  /** Makes sure of the flow's consumer the first time, and whenever it is gone. */
  async #pull(key: string): Promise<Pulled | null> {
    const { connection, contract, settings } = this.#parts;
    const durable = settings.durablePrefix + key;
    try {
      if (!this.#opened.has(key)) await this.#open(key, durable);
      return await pullOne(connection, contract.stream.name, durable);
    } catch (error) {
      this.#opened.delete(key);
      throw error;
    }
  }

  async #open(key: string, durable: string): Promise<void> {
    const { connection, contract, settings } = this.#parts;
    const subject = subjectOf(contract, key);
    await ensureConsumer(
      connection,
      { subject, stream: contract.stream },
      {
        durable,
        batch: 1,
        waitMs: 0,
        ackWaitMs: settings.ackWaitMs,
        maxAckPending: 16,
        // What is settled must be known for as long as there is a message that was settled.
        inactiveThresholdMs: contract.stream.maxAgeMs + DAY_MS,
      },
    );
    this.#opened.add(key);
  }

  async #handle(message: Pulled): Promise<Outcome> {
    const { contract, handler, logger, settings } = this.#parts;
    this.#metrics.batchSize.observe(this.#label, 1);
    if (message.info.redelivered) this.#metrics.redeliveries.inc(this.#label);
    const heartbeat = setInterval(() => this.#extendAckWait(message), settings.ackWaitMs / 3);
    const stopTimer = this.#metrics.handlerSeconds.startTimer(this.#label);
    const [verdict] = await judge(
      contract,
      async (batch) => Promise.all(batch.map((one) => handler(one))),
      [message],
      (error) => logger.error({ err: error, ...this.#label }, 'a handler failed, its message is retried'),
    );
    stopTimer();
    clearInterval(heartbeat);
    const outcome = verdict?.outcome ?? { kind: 'retry', afterMs: settings.ackWaitMs };
    await this.#settle(message, outcome);
    return outcome;
  }

  async #settle(message: Pulled, outcome: Outcome): Promise<void> {
    this.#metrics.outcomes.inc({ ...this.#label, kind: outcome.kind });
    try {
      await settle(message, outcome, (reason) => this.#dead.store(message, reason));
    } catch (error) {
      // Unsettled, it is delivered again when its ack wait has passed, and a full look finds it.
      this.#parts.logger.error({ err: error, ...this.#label, outcome: outcome.kind }, 'could not settle a message');
    }
  }

  #extendAckWait(message: Pulled): void {
    if (!this.#parts.connection.isClosed()) message.working();
  }

  /** What failed may work later; the other flows need not wait for it. */
  async #rest(key: string, ms: number): Promise<void> {
    this.#turns.leave(key);
    await pause(ms, this.#stopping.signal);
    this.#call(key);
  }

  #goLast(key: string): void {
    this.#turns.leave(key);
    this.#turns.join(key);
  }
}
