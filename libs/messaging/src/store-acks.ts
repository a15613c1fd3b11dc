import { JetStreamApiError } from '@nats-io/jetstream';
import { createInbox, errors, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';

const NO_RESPONDERS = 503;

interface Pending {
  readonly subject: string;
  readonly resolve: (sequence: number) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** What a stream answers to a message that it is to store. */
type StoreAnswer =
  | { readonly stream: string; readonly seq: number }
  | { readonly error: ConstructorParameters<typeof JetStreamApiError>[0] };

/**
 * Messages to streams, and the acks of the broker's disk. All acks come to one inbox. The client's own way makes an error with
 * a stack trace for each ack, which costs a twentieth of what a webhook costs the gateway.
 */
export class StoreAcks {
  readonly #connection: NatsConnection;
  readonly #inbox = createInbox();
  readonly #pending = new Map<string, Pending>();
  #sent = 0;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
  }

  /**
   * @returns The position of the message in its stream, once it is stored.
   * @throws TimeoutError after `timeoutMs`; NoRespondersError where no stream takes it; JetStreamApiError when the broker
   * refuses it; what the client throws when it cannot send.
   */
  store(
    subject: string,
    bytes: Uint8Array,
    { headers, timeoutMs }: { readonly headers: MsgHdrs; readonly timeoutMs: number },
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.#sent === 0) this.#listen();
      this.#sent += 1;
      const reply = `${this.#inbox}.${this.#sent.toString(36)}`;
      const timer = setTimeout(() => this.#take(reply)?.reject(new errors.TimeoutError()), timeoutMs);
      this.#pending.set(reply, { subject, resolve, reject, timer });
      try {
        this.#connection.publish(subject, bytes, { reply, headers });
      } catch (error) {
        this.#take(reply)?.reject(error);
      }
    });
  }

  #listen(): void {
    this.#connection.subscribe(`${this.#inbox}.*`, {
      // An error of the subscription itself means that acks stay away: their deadlines tell.
      callback: (error, message) => {
        if (error === null) this.#settle(message);
      },
    });
  }

  #settle(message: Msg): void {
    // None is there any more where its deadline has passed.
    const pending = this.#take(message.subject);
    if (pending === undefined) return;
    if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
      pending.reject(new errors.NoRespondersError(pending.subject));
      return;
    }
    try {
      const answer = message.json<StoreAnswer>();
      if ('error' in answer) pending.reject(new JetStreamApiError(answer.error));
      else pending.resolve(answer.seq);
    } catch (cause) {
      pending.reject(new Error(`the broker's answer about ${pending.subject} is not understood`, { cause }));
    }
  }

  #take(reply: string): Pending | undefined {
    const pending = this.#pending.get(reply);
    clearTimeout(pending?.timer);
    this.#pending.delete(reply);
    return pending;
  }
}
