import { type ReadContract, subjectOf } from '@hub/contracts';
import { type Consumer, jetstream, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '@hub/telemetry';
import { linkOf } from './link.ts';
import { readTailed, type Tailed } from './tail.ts';

// What is asked for is there already; longer means that it has gone meanwhile.
const EXPIRES_MS = 2_000;

export interface PageOptions {
  /** Fill the `*` of the contract's subject. */
  readonly tokens: readonly string[];
  /** Stream sequence already seen. */
  readonly after: number;
  /** Last stream sequence of interest. */
  readonly upTo: number;
  readonly maxMessages: number;
  readonly logger?: Logger;
}

export interface Page<T> {
  readonly messages: readonly Tailed<T>[];
  /** Up to this sequence the page has everything; the `upTo` asked for when the stream holds no more of them. */
  readonly upTo: number;
}

/**
 * What a stream holds now with `after < sequence <= upTo`, in order; unlike a tail it waits for nothing new. Messages
 * that cannot be read are logged and passed over.
 * @throws DependencyUnavailable without a broker; TimeoutError; JetStreamError.
 */
export async function readPage<T>(
  connection: NatsConnection,
  contract: ReadContract<T>,
  options: PageOptions,
): Promise<Page<T>> {
  return linkOf(connection).whileUp(async () => {
    const consumer = await jetstream(connection).consumers.get(contract.stream.name, {
      filter_subjects: subjectOf(contract, ...options.tokens),
      opt_start_seq: options.after + 1,
    });
    try {
      const { num_pending: pending } = await consumer.info(true);
      const wanted = Math.min(pending, options.maxMessages);
      const found = wanted === 0 ? [] : await fetchAll(consumer, wanted);
      const messages = found
        .filter((message) => message.seq <= options.upTo)
        .map((message) => readTailed(contract, message, options.logger))
        .filter((message) => message !== null);
      const seen = found.at(-1)?.seq ?? options.after;
      return { messages, upTo: found.length === pending ? options.upTo : Math.min(seen, options.upTo) };
    } finally {
      // The broker would forget it after 5 minutes anyway.
      consumer.delete().catch(() => undefined);
    }
  });
}

async function fetchAll(consumer: Consumer, count: number): Promise<readonly JsMsg[]> {
  const found: JsMsg[] = [];
  for await (const message of await consumer.fetch({ max_messages: count, expires: EXPIRES_MS })) found.push(message);
  return found;
}
