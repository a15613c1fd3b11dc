import { DEAD, deadLettered, subjectOf } from '@hub/contracts';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { ensureStreams } from './ensure-streams.ts';
import type { Delivery } from './handle-batch.ts';
import { headersOf, traceparentOf } from './headers.ts';

/** Keeps the bytes of messages that no handler could settle in the stream DEAD, with why and where from. */
export class DeadLetters {
  readonly #connection: NatsConnection;
  readonly #broker: JetStreamClient;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.#broker = jetstream(connection);
  }

  async prepare(): Promise<void> {
    await ensureStreams(this.#connection, [DEAD]);
  }

  /** Resolves when the dead letter is on disk: only then may its original be terminated. */
  async store(message: Delivery, reason: string): Promise<void> {
    const { stream, streamSequence, timestampNanos } = message.info;
    await this.#broker.publish(subjectOf(deadLettered, stream), message.data, {
      // A crash between storing and terminating repeats the store: the broker drops the copy.
      msgID: `${stream}:${streamSequence}:${timestampNanos}`,
      headers: headersOf({
        'Hub-Reason': reason,
        'Hub-Stream': stream,
        'Hub-Subject': message.subject,
        'Hub-Sequence': String(streamSequence),
        traceparent: traceparentOf(message.headers),
      }),
    });
  }
}
