import { type Contract, type StreamContract, subjectOf } from '@hub/contracts';
import { type Breaker, DependencyUnavailable } from '@hub/resilience';
import { JetStreamApiError } from '@nats-io/jetstream';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import { aboutHeaders, type MessageAbout } from './headers.ts';
import { linkOf } from './link.ts';
import { StoreAcks } from './store-acks.ts';

const ACK_DEADLINE_MS = 2_000;
/** Subject, headers and framing of a message, generously. */
const OVERHEAD_BYTES = 4_096;

/** More than the broker takes in one message: trying again cannot help. */
export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge';
  readonly retryable = false;
}

const NOT_STORED = [JetStreamApiError, errors.NoRespondersError, MessageTooLarge, RangeError];

/** Whether a message whose publishing failed so may be stored all the same: a broker that said no has not stored it. */
export function mayBeStored(error: unknown): boolean {
  if (error instanceof DependencyUnavailable) return error.mayHaveHappened;
  return !NOT_STORED.some((kind) => error instanceof kind);
}

/** Most bytes one message may have on the connected broker. */
export function maxMessageBytes(connection: NatsConnection): number {
  const DEFAULT_MAX_PAYLOAD = 1_048_576;
  return (connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD) - OVERHEAD_BYTES;
}

/** Sends what contracts describe. */
export class Publisher {
  readonly #connection: NatsConnection;
  readonly #acks: StoreAcks;
  readonly #breaker: Breaker | undefined;

  constructor(connection: NatsConnection, breaker?: Breaker) {
    this.#connection = connection;
    this.#acks = new StoreAcks(connection);
    this.#breaker = breaker;
  }

  /**
   * Resolves when the broker has stored the message, as durably as its stream says. After an error
   * `mayBeStored` tells whether it can be stored nevertheless.
   * @param tokens Fill the `*` of the contract's subject.
   * @param about `messageId`: the broker stores a second message of the same id within two minutes only once.
   * @returns Its position in the stream.
   * @throws MessageTooLarge; RangeError for bad tokens; DependencyUnavailable without a broker or with an open
   * breaker; TimeoutError after 2 s; NoRespondersError without such a stream; JetStreamApiError when the broker
   * refuses (no room).
   */
  async publish<T>(
    contract: StreamContract<T>,
    tokens: readonly string[],
    payload: T,
    about: MessageAbout = {},
  ): Promise<{ readonly sequence: number }> {
    const subject = subjectOf(contract, ...tokens);
    const bytes = contract.encode(payload);
    const maxBytes = maxMessageBytes(this.#connection);
    if (bytes.length > maxBytes) {
      throw new MessageTooLarge(`${bytes.length} bytes for ${contract.subject}, the broker takes ${maxBytes}`);
    }
    const headers = aboutHeaders(about);
    const send = (): Promise<number> =>
      linkOf(this.#connection).whileUp(() => this.#acks.store(subject, bytes, { headers, timeoutMs: ACK_DEADLINE_MS }));
    return { sequence: await (this.#breaker ? this.#breaker.call(send) : send()) };
  }

  /** To whoever listens now, without any promise; for what the next message makes good. */
  broadcast<T>(contract: Contract<T>, payload: T): void {
    this.#connection.publish(contract.subject, contract.encode(payload));
  }
}
